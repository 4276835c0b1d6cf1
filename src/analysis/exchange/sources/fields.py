"""Fields of office documents: an instruction that nobody sees, and a result that is text, or only counts pages."""

from dataclasses import dataclass

COUNTED = {"PAGE", "NUMPAGES", "SECTIONPAGES", "TOC"}
"""Fields that show numbers of pages, and a table of contents."""


def name_field(instruction: str) -> str:
    r"""Return what a field is called.

    Examples
    --------
    >>> name_field(" page \* MERGEFORMAT")
    'PAGE'
    """
    return next(iter(instruction.split()), "").upper()


@dataclass
class _Field:
    instruction: str = ""
    is_seen: bool = False


class Fields:
    """The fields that have begun and not ended, one in the other."""

    def __init__(self) -> None:
        self._open: list[_Field] = []

    @property
    def is_seen(self) -> bool:
        """Say whether what comes next is seen."""
        return all(field.is_seen for field in self._open)

    def begin(self) -> None:
        """Begin a field."""
        self._open.append(_Field())

    def instruct(self, text: str) -> None:
        """Take text for the instruction of the field that began last."""
        if self._open and not self._open[-1].is_seen:
            self._open[-1].instruction += text

    def separate(self) -> None:
        """Go on with the result."""
        if self._open:
            self._open[-1].is_seen = name_field(self._open[-1].instruction) not in COUNTED

    def end(self) -> None:
        """End a field."""
        if self._open:
            self._open.pop()
