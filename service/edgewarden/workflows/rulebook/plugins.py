"""Files on network plugins: one plugin each, refused whole with everything that is wrong."""

from collections.abc import Iterator, Mapping

from edgewarden.governance.enforcement.plugin import Plugin
from edgewarden.manifests.documents import Limits
from edgewarden.workflows.forms.fault import Fault, FormError
from edgewarden.workflows.forms.reading import Paper
from edgewarden.workflows.rulebook.faults import FileFault, RulebookError
from edgewarden.workflows.rulebook.plugin_form import PluginForm

_PAPER = Paper(
    "network plugin",
    "Begin it with `title`, the name that people know the plugin by.",
    Limits(size=64_000, depth=10, nodes=5_000, documents=2),
)


def read_plugins(files: Mapping[str, bytes]) -> tuple[Plugin, ...]:
    """The plugins of files by their paths. Raises ``RulebookError`` with the faults of all."""
    faults: list[FileFault] = []
    read: dict[str, Plugin] = {}
    for path, content in sorted(files.items()):
        try:
            read[path] = _PAPER.read(content, PluginForm).form.plugin()
        except FormError as error:
            faults += (FileFault(path, each) for each in error.faults)
    faults += _named_again(read)
    if faults:
        raise RulebookError(faults)
    return tuple(read.values())


def _named_again(read: Mapping[str, Plugin]) -> Iterator[FileFault]:
    first: dict[str, str] = {}
    for path, plugin in read.items():
        for name in (*plugin.names, *(f"agent {each}" for each in plugin.agents)):
            other = first.setdefault(name, path)
            if other != path:
                message = f"{name!r} stands for the plugin of {other} already."
                yield FileFault(path, Fault(1, 1, message, "Name it in one file.", "names"))
