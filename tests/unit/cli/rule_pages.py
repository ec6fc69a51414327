"""The pages of the shipped rules. Run as a module to write them anew, then read them."""

from pathlib import Path

from edgewarden.adapters.resources import shipped_rules
from edgewarden.cli.rules import page_of
from edgewarden.reporting.rule_list import rules_index
from edgewarden.reporting.schema import findings_schema, rules_schema
from edgewarden.workflows.rulebook.rule_form import rule_schema

DOCS = Path(__file__).parents[3] / "docs"


def pages() -> dict[str, str]:
    """By their paths below docs/."""
    rules = shipped_rules()
    own = {f"rules/{rule.terms.id}.md": page_of(rule) for rule in rules}
    return {
        **own,
        "rules/README.md": rules_index([rule.terms for rule in rules]),
        "schemas/rule.schema.json": rule_schema(),
        "schemas/rules.schema.json": rules_schema(),
        "schemas/findings.schema.json": findings_schema(),
    }


if __name__ == "__main__":
    for old in (DOCS / "rules").glob("*.md"):
        old.unlink()
    for path, text in pages().items():
        (DOCS / path).write_text(text, encoding="utf-8")
