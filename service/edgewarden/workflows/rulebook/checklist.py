"""Checklist files: items in other words and more of them, refused whole with all that is wrong."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from edgewarden.governance.checklist import ITEMS, LEFT_TO_PEOPLE
from edgewarden.governance.findings import ChecklistTerms
from edgewarden.governance.rules.terms import RuleTerms
from edgewarden.manifests.documents import Limits
from edgewarden.workflows.forms.fault import Fault, FormError
from edgewarden.workflows.forms.reading import Filled, Paper
from edgewarden.workflows.rulebook.checklist_form import ChecklistForm, ItemForm
from edgewarden.workflows.rulebook.faults import FileFault, RulebookError

_PAPER = Paper(
    "checklist",
    "Begin it with `checklist:` and a list of items, each with an `id`.",
    Limits(size=256_000, depth=20, nodes=20_000, documents=20),
)


def read_checklist(
    files: Mapping[str, bytes], rules: Sequence[RuleTerms], known: Sequence[ChecklistTerms] = ()
) -> tuple[ChecklistTerms, ...]:
    """The items of ``known`` as the files word them, and behind them those that they add.

    An item that no file names stays as it is, so that none is lost by a slip; ``rules`` are those
    that an item can rest on. Raises ``RulebookError`` with the faults of all files at once.
    """
    faults: list[FileFault] = []
    items = tuple(known)
    for path, content in sorted(files.items()):
        try:
            items = _extended(content, rules, items)
        except FormError as error:
            faults += (FileFault(path, each) for each in error.faults)
    if faults:
        raise RulebookError(faults)
    return items


def _extended(
    content: bytes, rules: Sequence[RuleTerms], known: Sequence[ChecklistTerms]
) -> tuple[ChecklistTerms, ...]:
    """Raises ``FormError``."""
    filled = _PAPER.read(content, ChecklistForm)
    ids = {name: rule.id for rule in rules for name in (rule.id, *rule.aliases)}
    items = {item.id: item for item in known}
    for form in filled.form.checklist:
        items[form.id] = _worded(items.get(form.id), form, ids)
    naming = {rule.checklist_item for rule in rules}
    faults = [
        *_named_again(filled),
        *(
            fault
            for number, form in enumerate(filled.form.checklist)
            for fault in (
                *_unknown_rules(filled, number, ids),
                *_unfit(filled, number, items[form.id], named=form.id in naming),
            )
        ),
        *_lost(filled, items),
    ]
    if faults:
        raise FormError(faults)
    return tuple(items.values())


def _worded(known: ChecklistTerms | None, form: ItemForm, ids: Mapping[str, str]) -> ChecklistTerms:
    """What the file does not say of a known item stays as it was."""
    before = known or ChecklistTerms(form.id, "", "")
    return replace(
        before,
        title=form.title or before.title,
        criterion=form.criterion or before.criterion,
        rules=tuple(ids.get(name, name) for name in form.rules) or before.rules,
        manual=before.manual if form.manual is None else form.manual.manual(),
    )


def _named_again(filled: Filled[ChecklistForm]) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for number, form in enumerate(filled.form.checklist):
        earlier = first.setdefault(form.id, number)
        if earlier != number:
            line = filled.at("checklist", earlier, "id").line
            message = f"A second item is called {form.id}, after line {line}."
            yield _fault(filled, message, "Join the two.", number, "id")


def _unknown_rules(
    filled: Filled[ChecklistForm], number: int, ids: Mapping[str, str]
) -> Iterator[Fault]:
    for place, name in enumerate(filled.form.checklist[number].rules):
        if name not in ids:
            message = f"There is no rule {name}."
            remedy = "`edgewarden rules list` shows those that are there."
            yield _fault(filled, message, remedy, number, "rules", place)


def _unfit(
    filled: Filled[ChecklistForm], number: int, item: ChecklistTerms, *, named: bool
) -> Iterator[Fault]:
    """What an item lacks as it is then, or has too much; ``named`` where a rule names it."""
    for field, text in (("title", item.title), ("criterion", item.criterion)):
        if not text:
            message = f"The item {item.id} is new and has no `{field}`."
            remedy = f"Add it. Those that are there: {', '.join(ITEMS)}."
            yield _fault(filled, message, remedy, number)
    if item.id not in ITEMS:
        if not item.rules and item.manual is None and not named:
            message = f"Nothing answers the item {item.id}."
            yield _fault(filled, message, "Name `rules`, or ask a person by `manual`.", number)
    elif item.manual is not None and item.id not in LEFT_TO_PEOPLE:
        message = f"The item {item.id} is answered from the change: nobody is asked."
        remedy = "Remove `manual`, or add an item of your own that asks."
        yield _fault(filled, message, remedy, number, "manual")
    elif item.manual is None and item.id in LEFT_TO_PEOPLE:
        message = f"The item {item.id} is left to a person, and nobody is asked."
        yield _fault(filled, message, "Say by `manual` what is asked, and of whom.", number)


def _lost(filled: Filled[ChecklistForm], items: Mapping[str, ChecklistTerms]) -> Iterator[Fault]:
    for name in ITEMS:
        if name not in items:
            message = f"The item {name} is missing."
            yield _fault(filled, message, "Put it back: none is left out.")


def _fault(filled: Filled[ChecklistForm], message: str, remedy: str, *place: int | str) -> Fault:
    node = filled.at("checklist", *place)
    return Fault(node.line, node.column, message, remedy)
