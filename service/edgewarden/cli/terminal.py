"""A report on a terminal: the verdict first and in colour, connections as tables."""

from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table as Grid
from rich.text import Text

from edgewarden.reporting.blocks import Banner, Block, Edges, Heading, Item, Items, Table, Tone
from edgewarden.reporting.escaping import visible
from edgewarden.reporting.lengths import Lengths
from edgewarden.reporting.rows import EdgeRow
from edgewarden.reporting.text import edge_notes

_STYLES = {
    Tone.GOOD: "green",
    Tone.ATTENTION: "yellow",
    Tone.BAD: "red",
    Tone.PLAIN: "",
    Tone.QUIET: "dim",
}
_SYMBOLS = {
    Tone.GOOD: "✓",
    Tone.ATTENTION: "!",
    Tone.BAD: "✗",
    Tone.PLAIN: "·",
    Tone.QUIET: "–",  # noqa: RUF001 - a dash is meant
}


def colourful() -> bool:
    """Whether the standard output is a terminal. ``NO_COLOR`` keeps the layout, not the colours."""
    return Console().is_terminal


def show(blocks: Iterable[Block], console: Console | None = None) -> None:
    """Write to the standard output, as wide as the terminal is."""
    target = console or Console(highlight=False)
    for block in blocks:
        target.print(_renderable(block))


def _renderable(block: Block) -> RenderableType:
    match block:
        case Banner():
            title = Text(f" {block.title.upper()} ", style=f"bold {_STYLES[block.tone]}")
            return Panel(
                Text(visible(block.sentence)),
                title=title,
                title_align="left",
                border_style=_STYLES[block.tone],
            )
        case Heading():
            return Padding(Text(visible(block.text), style="bold"), (1, 0, 0, 0))
        case Edges():
            return _table(block)
        case Items():
            return Group(*map(_item, block.items))
        case Table():
            return _rows(block)


def _table(edges: Edges) -> Grid:
    table = Grid(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("From", overflow="fold")
    table.add_column("To", overflow="fold")
    table.add_column("Ports", overflow="fold", style=_STYLES[edges.tone])
    table.add_column("Why", overflow="fold", ratio=1)
    for row in edges.rows:
        table.add_row(*_cells(row, edges.lengths))
    return table


def _rows(block: Table) -> Grid:
    table = Grid(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for column in block.columns:
        table.add_column(column, overflow="fold")
    for row in block.rows:
        table.add_row(*(Text(visible(cell), style=_STYLES[row.tone]) for cell in row.cells))
    return table


def _cells(row: EdgeRow, lengths: Lengths) -> tuple[Text, Text, Text, Text]:
    notes = Text("\n".join(map(visible, edge_notes(row, lengths))))
    return (
        Text(visible(row.source.text)),
        Text(visible(row.target.text)),
        Text(visible(row.ports)),
        notes,
    )


def _item(item: Item) -> RenderableType:
    style = _STYLES[item.tone]
    grid = Grid.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=1)
    grid.add_column(overflow="fold")
    grid.add_row(Text(_SYMBOLS[item.tone], style=style), Text(visible(item.text), style=style))
    for note in item.notes:
        grid.add_row(Text(), Text(visible(note)))
    return grid
