"""An explanation in GitHub-flavoured Markdown."""

from edgewarden.reachability.wording import capitalised
from edgewarden.reporting.blocks import place_text, why_text
from edgewarden.reporting.escaping import fenced, prose
from edgewarden.reporting.explanation_rows import PointRow
from edgewarden.reporting.explanation_view import ExplanationView
from edgewarden.reporting.markdown import MarkdownSections


def render_explanation(view: ExplanationView) -> str:
    """The whole answer, of any length; nothing is left out."""
    parts = [f"### Edgewarden explain\n\n**{capitalised(view.title)}:** {prose(view.sentence)}"]
    for section in view.sections:
        rows = "\n".join(map(_row, section.rows))
        parts.append(f"#### {prose(section.title)}\n\n{rows}")
    write = MarkdownSections()
    limits = write.problems(view.problems), write.assumptions(view.assumptions)
    parts += [section.markdown() for section in limits if section.rows]
    return "\n\n".join(parts) + "\n"


def _row(row: PointRow) -> str:
    places = f" ({', '.join(prose(place_text(place)) for place in row.places)})"
    lines = [f"- {prose(row.text)}{places if row.places else ''}"]
    lines += [f"  - if: {prose(why_text(fact))}" for fact in row.facts]
    if row.snippet:
        lines += ["", *(f"  {line}" for line in fenced(row.snippet)), ""]
    return "\n".join(lines)
