"""Position of a map's cells and of what stands around them."""

from __future__ import annotations

from .cells import Cells

WIDE = 400.0
"""Width of the grid on which cells are drawn; the browser stretches it to the chart's width."""
NARROW = 340.0
"""Width of a chart on a phone in pixels, for which labels are chosen."""
LETTER = 6.5
"""Average width of a letter in pixels, rounded up."""
LONGEST = 16
"""Most letters of a value beside a row."""
TOP, LABELS, NAME, BAR = 6.0, 18.0, 17.0, 34.0
"""Heights in pixels: space above the cells; values, the parameter and the colour bar below."""


class Frame:
    """Position of the cells: a fraction of the width, and pixels of the height."""

    def __init__(self, left: float, rows: int, columns: int) -> None:
        self.left = left
        self.height = min(240.0, max(110.0, 34.0 * rows))
        self.rows, self.columns = rows, columns

    @classmethod
    def of(cls, cells: Cells) -> Frame:
        """Return a frame with space for the row labels."""
        longest = min(LONGEST, max(len(str(value)) for value in cells.down.values))
        return cls((26.0 + LETTER * longest) / NARROW, *cells.values.shape)

    @property
    def cell(self) -> tuple[float, float]:
        """Width and height of a cell on the grid."""
        return WIDE / self.columns, self.height / self.rows

    @property
    def narrow(self) -> float:
        """Width of the cells on a phone, in pixels."""
        return NARROW * (1.0 - self.left)

    @property
    def bottom(self) -> float:
        """Bottom of the cells in pixels."""
        return TOP + self.height

    @property
    def whole(self) -> float:
        """Height of the picture in pixels."""
        return self.bottom + LABELS + NAME + BAR

    @property
    def shares(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of the cells as fractions of the picture's."""
        return self.left, TOP / self.whole, 1.0 - self.left, self.height / self.whole

    def corner(self, row: int, column: int) -> tuple[float, float]:
        """Return the left and the top of a cell on the grid."""
        wide, high = self.cell
        return column * wide, row * high

    def box(self, top: float, height: float, content: str, attributes: str = "") -> str:
        """Return an ``<svg>`` over the width of the cells."""
        return (
            f'<svg x="{self.left:.2%}" y="{top:g}" width="{1.0 - self.left:.2%}" '
            f'height="{height:g}"{attributes}>{content}</svg>'
        )


def shortened(value: object, room: float) -> str:
    """Return a value's text, cut to a width in pixels."""
    text, most = str(value), max(3, int(room / LETTER))
    return text if len(text) <= most else text[: most - 1] + "\N{HORIZONTAL ELLIPSIS}"
