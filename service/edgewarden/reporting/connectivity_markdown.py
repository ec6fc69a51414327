"""The connections of one state in GitHub-flavoured Markdown."""

from edgewarden.reachability.wording import capitalised
from edgewarden.reporting.connectivity_view import ConnectivityView
from edgewarden.reporting.escaping import prose
from edgewarden.reporting.markdown import MarkdownSections


def render_connectivity(view: ConnectivityView) -> str:
    """The whole answer, of any length; nothing is left out."""
    write = MarkdownSections()
    sections = (
        write.standing("Allowed", view.allowed),
        write.unsettled(view.may_be_allowed),
        write.problems(view.problems),
        write.assumptions(view.assumptions),
    )
    head = f"### Edgewarden connectivity\n\n**{capitalised(view.title)}:** "
    parts = [f"{head}{prose(view.sentence)}"]
    parts += [section.markdown() for section in sections if section.rows]
    return "\n\n".join(parts) + "\n"
