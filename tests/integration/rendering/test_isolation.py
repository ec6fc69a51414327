"""What a renderer could do to the world, were it told to: nothing."""

import json
import os
import platform
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from edgewarden.adapters.rendering import launch
from edgewarden.adapters.rendering.limits import RenderingLimits
from edgewarden.adapters.rendering.programs import Program
from edgewarden.adapters.rendering.renderer import ConfinedRenderer
from edgewarden.manifests.rendered import Tool
from edgewarden.manifests.snapshot import Obstacle
from tests.support.manifest_trees import tree
from tests.support.manifests import write
from tests.support.rendering import KUSTOMIZE, rendering, stand_in
from tests.support.running_service import eventually

ROOT = {"kustomization.yaml": KUSTOMIZE, "notes.txt": "x"}
CONNECT = """
import socket
try:
    socket.create_connection(("127.0.0.1", {port}), 2)
except OSError as error:
    print("refused:", error.strerror)
else:
    print("connected")
"""
PRELUDE = f"import sys; sys.path.insert(0, {str(Path(launch.__file__).parent)!r}); import launch\n"


@pytest.fixture
def port() -> Iterator[int]:
    """Where somebody listens on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def python(code: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", PRELUDE + code]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={})


def output(code: str) -> str:
    """What a program in place of kustomize writes."""
    only = rendering(ROOT, by=stand_in(code))
    assert only.output is not None, only.obstacle
    return only.output.decode()


def ended(process: int) -> bool:
    """Whether a process is gone, or only waits for somebody to take note of its end."""
    state = Path(f"/proc/{process}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"


def test_a_listener_is_reached_without_isolation(port: int) -> None:
    assert python(CONNECT.format(port=port)).stdout == "connected\n"


@pytest.mark.parametrize("means", ["leave_network", "refuse_sockets"])
def test_a_means_of_isolation_that_can_be_had_lets_no_connection_through(
    means: str, port: int
) -> None:
    isolated = python(f"launch.{means}()" + CONNECT.format(port=port))

    assert isolated.stdout.startswith("refused:") or "IsolationError: no " in isolated.stderr
    assert "connected" not in isolated.stdout


def test_a_renderer_reaches_no_listener_of_this_machine(port: int) -> None:
    assert output(CONNECT.format(port=port)).startswith("refused:")


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers are those of x86_64")
def test_nothing_runs_where_no_means_of_isolation_can_be_had() -> None:
    unshare, prctl = 272, 157
    architecture, _ = launch._MACHINES["x86_64"]

    started = python(
        f"launch.refuse({architecture}, ({unshare}, {prctl}))\n"
        f"launch.main('{{}}', sys.executable, '-c', 'print(1)')"
    )

    assert started.returncode == launch.NOT_ISOLATED
    assert started.stdout == ""
    assert "no network namespace: Permission denied" in started.stderr
    assert "no filter of system calls: Permission denied" in started.stderr


def test_a_root_that_cannot_be_isolated_is_not_rendered_and_says_what_to_do() -> None:
    refusing = stand_in(
        f"import sys; sys.stderr.write('no filter'); sys.exit({launch.NOT_ISOLATED})"
    )

    only = rendering(ROOT, by=refusing)

    assert only.output is None
    assert only.obstacle == Obstacle(
        "kustomization.yaml",
        1,
        "kustomize was not run, since it cannot be kept off the network here (no filter)",
        "Let Edgewarden run on Linux where it may make a user namespace or filter system calls.",
    )


def test_a_renderer_gets_an_empty_home_and_nothing_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KUBECONFIG", "/etc/passwd")
    monkeypatch.setenv("EDGEWARDEN_GITHUB_TOKEN", "secret")

    seen = json.loads(
        output(
            """
            import json, os
            home = os.environ["HOME"]
            print(json.dumps([sorted(os.environ), os.listdir(home), os.environ["PATH"] == home]))
            """
        )
    )

    assert set(seen[0]) <= {"PATH", "HOME", "TMPDIR", "LC_ALL", "LC_CTYPE", "GOMAXPROCS"}
    assert seen[1:] == [[], True]


def test_a_renderer_gets_kustomizations_as_they_were_read_here() -> None:
    files = {"kustomization.yaml": f"# note\n{KUSTOMIZE}resources: [!!binary YS55YW1s]\n"}
    files["a.yaml"] = "# kept\n"
    program = stand_in("print(open('kustomization.yaml').read()); print(open('a.yaml').read())")

    only = rendering(files, by=program)

    assert only.output is not None
    kustomization, other, *_ = only.output.decode().splitlines()
    assert json.loads(kustomization) == {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": ["a.yaml"],
    }
    assert other == "# kept"


def test_a_renderer_gets_the_files_of_its_root_and_they_are_gone_afterwards() -> None:
    listing = "import os, sys; print(os.getcwd(), sys.argv[1], sorted(os.listdir()))"

    place, directory, files = output(listing).split(maxsplit=2)

    assert (directory, files) == ("./", "['kustomization.yaml', 'notes.txt']\n")
    assert not Path(place).exists()


@pytest.mark.parametrize(
    ("code", "limits", "said"),
    [
        ("while True: pass", RenderingLimits(seconds=1), "took longer than 1 s"),
        ("import time; time.sleep(60)", RenderingLimits(seconds=1), "took longer than 1 s"),
        ("print('x' * 3_000_000)", RenderingLimits(output=1 << 20), "wrote more than 1 MiB"),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
            RenderingLimits(memory=512 << 20),
            "needed more than 512 MiB or its time",
        ),
        (
            "import sys; sys.exit('fatal error: out of memory')",
            RenderingLimits(memory=512 << 20),
            "needed more than 512 MiB or its time",
        ),
    ],
)
def test_what_takes_too_much_is_stopped_and_told(
    code: str, limits: RenderingLimits, said: str
) -> None:
    began = time.monotonic()
    renderer = ConfinedRenderer(limits, {Tool.KUSTOMIZE: stand_in(code)})

    (snapshot,) = renderer.render([tree(ROOT)])

    (only,) = snapshot.renderings
    assert only.obstacle is not None
    assert said in only.obstacle.message
    assert time.monotonic() - began < 20


def test_the_roots_of_a_tree_together_have_a_limit_too() -> None:
    roots = {f"{name}/kustomization.yaml": f"{KUSTOMIZE}# {name}\n" for name in "abc"}
    program = stand_in("print('x' * 600_000)")
    small = RenderingLimits(total_output=1 << 20)
    late = RenderingLimits(total_seconds=0)

    (flooded,) = ConfinedRenderer(small, {Tool.KUSTOMIZE: program}).render([tree(roots)])
    (unstarted,) = ConfinedRenderer(late, {Tool.KUSTOMIZE: program}).render([tree(roots)])

    assert [each.output is None for each in flooded.renderings] == [False, True, True]
    assert all(each.output is None for each in unstarted.renderings)


def test_a_root_of_too_many_files_is_not_written() -> None:
    renderer = ConfinedRenderer(RenderingLimits(files=1), {Tool.KUSTOMIZE: stand_in("print('x')")})

    (snapshot,) = renderer.render([tree(ROOT)])

    (only,) = snapshot.renderings
    assert only.obstacle is not None
    assert only.obstacle.message == ". holds 2 files, and kustomize is given no more than 1"


def test_memory_is_limited() -> None:
    took = output(
        """
        try:
            bytearray(8 << 30)
        except MemoryError:
            print("no")
        """
    )

    assert took == "no\n"


def test_a_renderer_is_killed_with_what_it_started(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = f"""
    import os, time
    if os.fork() == 0:
        open({str(note)!r}, "w").write(str(os.getpid()))
    time.sleep(60)
    """
    tmp_path.chmod(0o777)
    renderer = ConfinedRenderer(RenderingLimits(seconds=2), {Tool.KUSTOMIZE: stand_in(code)})

    renderer.render([tree(ROOT)])

    assert eventually(lambda: ended(int(note.read_text())), seconds=10)


def test_a_renderer_dies_with_the_process_that_started_it(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    waiting = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import subprocess, sys; subprocess.run(sys.argv[1:], check=False)",
            *(sys.executable, "-I", "-S", launch.__file__, "{}"),
            *(sys.executable, "-c", waiting),
        ]
    )
    eventually(lambda: note.exists() and note.read_text(), seconds=10)

    parent.send_signal(signal.SIGKILL)
    parent.wait()

    assert eventually(lambda: ended(int(note.read_text())), seconds=10)


def test_a_command_that_is_told_to_end_leaves_no_files_and_no_renderer(tmp_path: Path) -> None:
    note, scratch = tmp_path / "pid", tmp_path / "scratch"
    scratch.mkdir()
    helm = tmp_path / "helm"
    waiting = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    helm.write_text(f"#!{sys.executable}\n{waiting}\n")
    helm.chmod(0o755)
    chart = write(tmp_path / "tree", {"Chart.yaml": "name: web\n"})
    command = subprocess.Popen(
        [sys.executable, "-m", "edgewarden", "connectivity", chart],
        env={**os.environ, "PATH": str(tmp_path), "TMPDIR": str(scratch)},
        stdout=subprocess.DEVNULL,
    )
    assert eventually(lambda: note.exists() and note.read_text(), seconds=20)
    assert list(scratch.iterdir())

    command.send_signal(signal.SIGTERM)

    assert command.wait(10) == 128 + signal.SIGTERM
    assert list(scratch.iterdir()) == []
    assert eventually(lambda: ended(int(note.read_text())), seconds=10)


def test_a_directory_is_never_taken_for_an_option() -> None:
    only = rendering(
        {"--enable-exec/kustomization.yaml": KUSTOMIZE},
        by=stand_in("import sys; print(sys.argv[1:])"),
    )

    assert only.output == b"['./--enable-exec']\n"


def test_a_path_that_leads_out_of_the_tree_is_not_written(tmp_path: Path) -> None:
    outside = f"../../..{tmp_path}/written.yaml"
    files = {"kustomization.yaml": KUSTOMIZE, f"a/{outside}": "x"}

    only = rendering(files, by=Program(sys.executable, ("-c", "print('ran')")))

    assert only.output is None
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_behind_is_removed(tmp_path: Path) -> None:
    old, young = tmp_path / "rendering-old", tmp_path / "rendering-young"
    for each in (old, young):
        (each / "tree").mkdir(parents=True)
    os.utime(old, (0, 0))

    renderer = ConfinedRenderer(
        programs={Tool.KUSTOMIZE: stand_in("import os; print(os.getcwd())")}, scratch=tmp_path
    )

    (snapshot,) = renderer.render([tree(ROOT)])
    (only,) = snapshot.renderings
    assert only.output is not None
    assert only.output.decode().startswith(f"{tmp_path}/rendering-")
    assert list(tmp_path.iterdir()) == [young]
