"""What a base score is made of: blocks within blocks, each worth points, down to the indicators."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from analysis.data.documents import Document, Number, Truth
from analysis.data.names import Name
from analysis.data.silence import PointsOrUnknown
from analysis.data.tables import AS_FRACTION, FRACTION, read_fraction

Basis = Literal["printed", "derived", "assumed"]
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


def _number_of(given: Any) -> Any:
    if not isinstance(given, str) or not re.search("[/／÷]", given):
        return given
    if not re.fullmatch(FRACTION, given):
        raise ValueError(f"应为数，分数写作{AS_FRACTION}")
    return read_fraction(given)


Worth = Annotated[Number, BeforeValidator(_number_of), Field(gt=0)]
"""Points of a block or an indicator; a fraction such as 100/13 is written as one."""


class Clause(Document):
    """Something a scheme says.

    Attributes
    ----------
    source : str
        Document and section.
    basis : {"printed", "derived", "assumed"}
        Printed there, derived from what is printed, or assumed by us.
    note : str
    """

    source: str
    basis: Basis
    note: str = ""


class Block(Document):
    """Something worth points that is the sum of what is in it, scaled.

    Attributes
    ----------
    name : str
    points : float or None
        What it is worth in full.
    rescale : bool
        Earned points are scaled up to `points` for a unit that carries less.
    weights : bool
        Points of what is in it are weights: only their proportion counts, and they need not add up to `points`.
    parts : dict of str to Part
    """

    name: Name
    points: Worth | None = None
    rescale: Truth = False
    weights: Truth = False
    parts: dict[Identifier, "Part"] = Field(default_factory=dict)

    @property
    def is_outside(self) -> bool:
        """Whether its result comes from outside rather than from marks."""
        return False

    @model_validator(mode="after")
    def _clauses_fit(self) -> Self:
        if self.weights and not self.rescale:
            raise ValueError("weights 为 true 时 rescale 也应为 true：只作权重的分值按比例折算")
        return self


class Part(Block):
    """Indicators marked in the same way, or parts within a part; without points of its own, a heading only.

    Attributes
    ----------
    marking : {"rating", "score", "percent"} or None
        By a rating, a score in points, or a score from 0 to 100 that earns this share of an indicator's points; None
        where there are parts in it.
    """

    marking: Literal["rating", "score", "percent"] | None = None

    @model_validator(mode="after")
    def _is_one_or_the_other(self) -> Self:
        if bool(self.parts) == (self.marking is not None):
            raise ValueError("写 marking（怎样评分），下面还有部分的写 parts，二者写一样")
        if self.points is None and (self.rescale or self.weights):
            raise ValueError("没有 points 的部分只是标题，不写 rescale、weights")
        return self


class Component(Clause, Block):
    """A block of the base score: the sum of its parts, or (without parts) an outside result, scaled.

    Attributes
    ----------
    id : str
        An outside result is read from the table named after `id`.
    points : float
        NaN where they are not known.
    """

    id: Identifier
    points: PointsOrUnknown[Worth]

    @property
    def is_outside(self) -> bool:
        """Whether its result comes from outside rather than from marks."""
        return not self.parts

    @model_validator(mode="after")
    def _outside_result_has_no_weights(self) -> Self:
        if self.weights and not self.parts:
            raise ValueError("没有 parts 的大项按成绩折算，不写 weights")
        return self


class Base(Clause):
    """The base score as the sum of the components, scaled.

    Attributes
    ----------
    points : float or None
        What all components together are worth; None stands for the sum of their points.
    rescale : bool
        A component of which a unit carries nothing passes its points on to the others.
    """

    points: Worth | None = None
    rescale: Truth = False


def walk(identifier: str, block: Block, way: tuple[str, ...] = ()) -> Iterator[tuple[str, Block, tuple[str, ...]]]:
    """List a block and the parts within it, each with the way to it in the scheme.

    Parameters
    ----------
    identifier : str
    block : Block
    way : tuple of str
        To the block.

    Yields
    ------
    id, block, way : str, Block, tuple of str
    """
    yield identifier, block, way
    for key, part in block.parts.items():
        yield from walk(key, part, (*way, "parts", key))
