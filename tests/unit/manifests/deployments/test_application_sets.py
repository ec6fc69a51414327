"""The Applications that an ApplicationSet makes, as far as the tree determines them."""

import time

import pytest

from edgewarden.manifests.deployments.generators import MOST_APPLICATIONS
from tests.support.deploying import APPS, HERE, application_set, deployed, only, why

TEMPLATE = """
template:
  metadata: {name: '{{name}}'}
  spec:
    source: {repoURL: HERE, path: '{{dir}}'}
    destination: {name: '{{cluster}}', namespace: '{{name}}'}
"""
GO = """
goTemplate: true
template:
  metadata: {name: '{{ .path.basename }}'}
  spec:
    source: {repoURL: HERE, path: '{{.path.path}}'}
    destination: {name: '{{ index .path.segments 0 }}', namespace: '{{ .path.basename -}} '}
"""
GIT = "git: {repoURL: HERE, revision: HEAD, "


def made(spec: str, files: dict[str, str] | None = None) -> dict[str, tuple[str | None, ...]]:
    """Directory, namespace and cluster of each Application, by its name."""
    found = deployed({"set.yaml": application_set(spec), **APPS, **(files or {})}, HERE)
    assert [each.obstacle for each in found] == [None] * len(found)
    return {
        each.ref.name: (each.directory, each.target.namespace, each.target.cluster)
        for each in found
    }


def refusal(spec: str, files: dict[str, str] | None = None) -> str:
    return why(only({"set.yaml": application_set(spec), **APPS, **(files or {})}, HERE))


def test_a_list_makes_one_for_each_element() -> None:
    elements = (
        "{name: a, dir: apps/web, cluster: prod}, {name: b, dir: apps/db, cluster: in-cluster}"
    )
    assert made(f"generators: [list: {{elements: [{elements}]}}]{TEMPLATE}") == {
        "a": ("apps/web", "a", "prod"),
        "b": ("apps/db", "b", ""),
    }


def test_directories_of_the_tree_make_one_each() -> None:
    generators = f"generators: [{GIT}directories: [{{path: apps/*}}]}}]"
    assert made(generators + GO) == {
        "web": ("apps/web", "web", "apps"),
        "db": ("apps/db", "db", "apps"),
    }
    fast = generators + TEMPLATE.replace("{{name}}", "{{path.basename}}").replace(
        "{{dir}}", "{{path}}"
    ).replace("{{cluster}}", "{{path[0]}}")
    assert made(fast) == made(generators + GO)


def test_an_exclude_outweighs_every_path_and_hidden_directories_are_left_out() -> None:
    directories = "[{path: apps/*}, {path: apps/db, exclude: true}]"
    files = {"apps/.hidden/a.yaml": "", "apps/web/.git/x/a.yaml": ""}
    assert made(f"generators: [{GIT}directories: {directories}}}]{GO}", files).keys() == {"web"}


def test_a_star_of_directories_is_one_level() -> None:
    assert made(f"generators: [{GIT}directories: [{{path: '*'}}]}}]{GO}").keys() == {"apps"}
    assert made(f"generators: [{GIT}directories: [{{path: '**'}}]}}]{GO}").keys() == {"apps"}
    assert made(f"generators: [{GIT}directories: [{{path: /apps/*}}]}}]{GO}") == {}
    assert made(f"generators: [{GIT}directories: [{{path: ../apps/*}}]}}]{GO}") == {}


def test_files_of_the_tree_bring_their_parameters() -> None:
    files = {
        "env/a/config.json": '{"name": "a", "dir": "apps/web", "cluster": "x", "n": {"m": 1}}',
        "env/b/config.json": '[{"name": "b", "dir": "apps/db", "cluster": "y"}]',
    }
    spec = f"generators: [{GIT}files: [{{path: env/*/config.json}}]}}]"
    assert made(spec + TEMPLATE, files) == {
        "a": ("apps/web", "a", "x"),
        "b": ("apps/db", "b", "y"),
    }
    nested = TEMPLATE.replace("'{{cluster}}'", "'c{{n.m}}-{{path.basename}}-{{path.filename}}'")
    del files["env/b/config.json"]
    assert made(spec + nested, files)["a"][2] == "c1-a-config.json"


def test_a_star_that_could_cross_directories_is_not_guessed() -> None:
    files = {"env/a/config.json": "{}", "env/a/b/config.json": "{}"}
    spec = f"generators: [{GIT}files: [{{path: env/*/config.json}}]}}]{TEMPLATE}"
    assert "depend on a setting of Argo CD" in refusal(spec, files)


def test_a_file_that_cannot_be_read_leaves_all_of_it_open() -> None:
    spec = f"generators: [{GIT}files: [{{path: env/a.yaml}}]}}]{TEMPLATE}"
    assert "env/a.yaml cannot be read as parameters" in refusal(spec, {"env/a.yaml": "a: ["})
    assert "a part of it is not a mapping" in refusal(spec, {"env/a.yaml": "text"})


def test_values_of_a_generator_may_refer_to_its_parameters() -> None:
    generators = f"generators: [{GIT}directories: [{{path: apps/*}}], values: {{c: 'x-VALUE'}}}}]"
    go = GO.replace("index .path.segments 0", ".values.c")
    assert made(generators.replace("VALUE", "{{ .path.basename }}") + go)["web"][2] == "x-web"
    fast = TEMPLATE.replace("{{name}}", "{{path.basename}}").replace("{{dir}}", "{{path}}")
    fast = fast.replace("{{cluster}}", "{{values.c}}")
    assert made(generators.replace("VALUE", "{{path.basename}}") + fast)["db"][2] == "x-db"


def test_clusters_are_known_to_nobody_but_what_is_deployed_to_them_is() -> None:
    directories = f"{GIT}directories: [path: apps/*]}}"
    spec = f"generators: [matrix: {{generators: [clusters: {{}}, {directories}]}}]"
    template = GO.replace("index .path.segments 0", ".name")
    assert made(spec + template) == {
        "web": ("apps/web", "web", None),
        "db": ("apps/db", "db", None),
    }
    paths = TEMPLATE.replace("'{{dir}}'", "'apps/{{name}}'")
    assert "of which only the cluster knows the value" in refusal(
        f"generators: [clusters: {{}}]{paths}"
    )


def test_a_matrix_puts_the_parameters_of_one_into_the_next() -> None:
    spec = (
        "goTemplate: true\ngenerators: [matrix: {generators: ["
        "list: {elements: [{env: prod}, {env: test}]}, "
        f"{GIT}directories: [path: 'envs/{{{{ .env }}}}/*']}}]}}]"
    )
    template = GO.replace("goTemplate: true", "").replace(
        "name: '{{ .path.basename }}'", "name: '{{.env}}-{{ .path.basename }}'"
    )
    files = {"envs/prod/web/a.yaml": "", "envs/test/db/a.yaml": ""}
    assert made(spec + template, files) == {
        "prod-web": ("envs/prod/web", "web", "envs"),
        "test-db": ("envs/test/db", "db", "envs"),
    }


def test_a_merge_overrides_the_first_where_the_keys_are_equal() -> None:
    one, two = "{name: a, dir: apps/web, cluster: x}", "{name: b, dir: apps/db, cluster: x}"
    first = f"list: {{elements: [{one}, {two}]}}"
    other = "list: {elements: [{name: b, cluster: w}, {name: c, dir: apps/db, cluster: z}]}"
    spec = f"generators: [merge: {{mergeKeys: [name], generators: [{first}, {other}]}}]{TEMPLATE}"
    assert made(spec) == {"a": ("apps/web", "a", "x"), "b": ("apps/db", "b", "w")}


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ("generators: [pullRequest: {}]", "the generator pullRequest"),
        ("generators: [{list: {}, git: {}}]", "the generator list, git"),
        ("generators: [{}]", "the generator nothing"),
        ("generators: [{list: {elements: []}, selector: {matchLabels: {a: b}}}]", "a selector"),
        ("generators: [list: {elements: [], template: {metadata: {}}}]", "a template of its own"),
        ("generators: [list: {elements: [{name: 1}]}]", "is no text"),
        ("generators: [git: {repoURL: 'https://x.example/y', files: []}]", "`https://x.example/y`"),
        (
            f"generators: [{GIT}revision: v1, files: []}}]".replace("HEAD, revision", "v9, x"),
            "`v9`",
        ),
        (f"generators: [{GIT}directories: [path: 'apps/[a-z]']}}]", "the pattern `apps/[a-z]`"),
        ("generators: []", "it has no generators"),
        ("generators: [clusters: {}]\ntemplatePatch: x", "templatePatch"),
        ("generators: {}", "`generators` is not a list"),
    ],
)
def test_what_leaves_all_applications_open(spec: str, reason: str) -> None:
    assert reason in refusal(f"{spec}{TEMPLATE}")


@pytest.mark.parametrize(
    "path", ["{{ .path.path | lower }}", "{{ if .x }}a{{ end }}", "{{ .none }}"]
)
def test_what_a_template_computes_is_not_guessed(path: str) -> None:
    spec = f"generators: [{GIT}directories: [path: apps/web]}}]{GO.replace('{{.path.path}}', path)}"
    assert "of which only the cluster knows the value" in refusal(spec)


def test_a_computed_label_is_in_nobodys_way() -> None:
    labelled = GO.replace("metadata: {", "metadata: {labels: {a: '{{ .x | quote }}'}, ")
    assert made(f"generators: [{GIT}directories: [path: apps/web]}}]{labelled}").keys() == {"web"}


def test_its_applications_are_withdrawn_with_all_they_brought_unless_it_says_otherwise() -> None:
    spec = f"generators: [{GIT}directories: [path: apps/web]}}]{GO}"
    files = {"set.yaml": application_set(spec), **APPS}
    assert only(files).target.withdraws is True
    kept = application_set(f"{spec}\nsyncPolicy: {{preserveResourcesOnDeletion: true}}")
    assert only({**files, "set.yaml": kept}).target.withdraws is False


def test_a_set_of_too_many_is_not_followed() -> None:
    elements = ", ".join(f"{{a{{}}: '{n}'}}" for n in range(200))
    lists = ", ".join(f"list: {{elements: [{elements.replace('{}', str(k))}]}}" for k in range(3))
    spec = f"generators: [matrix: {{generators: [{lists}]}}]{TEMPLATE}"
    start = time.process_time()
    assert f"more than {MOST_APPLICATIONS} Applications" in refusal(spec)
    assert time.process_time() - start < 5


def test_a_template_that_is_large_for_its_number_is_not_filled() -> None:
    files = {f"many/d{number}/a.yaml": "" for number in range(500)}
    labels = ", ".join(f"k{number}: '{{{{path}}}}'" for number in range(3_000))
    large = GO.replace("metadata: {", f"metadata: {{labels: {{{labels}}}, ")
    spec = f"generators: [{GIT}directories: [path: many/*]}}]{large}"
    start = time.process_time()
    assert "its template is too large for the number" in refusal(spec, files)
    assert time.process_time() - start < 5


def test_a_text_that_its_parameters_blow_up_is_not_made() -> None:
    elements = f"{{name: {'x' * 5000}, dir: a, cluster: b}}"
    template = TEMPLATE.replace("'{{dir}}'", f"'{'{{name}}' * 1000}'")
    assert "characters with its parameters" in refusal(
        f"generators: [list: {{elements: [{elements}]}}]{template}"
    )


def test_generators_of_generators_end_somewhere() -> None:
    inner = "list: {elements: [{name: a, dir: apps/web, cluster: x}]}"
    for _ in range(5):
        inner = f"matrix: {{generators: [{inner}]}}"
    assert "the generator matrix" in refusal(f"generators: [{inner}]{TEMPLATE}")
