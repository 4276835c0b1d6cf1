"""Who gets a grade: by the total, and what else a unit must have."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from analysis.data.documents import Document, Number, Truth

Points = Annotated[Number, Field(ge=0)]
_ByGroup = Annotated[dict[str, Points], Tag("<by group>")]
_ForAll = Annotated[Points, Tag("<for all>")]
_Which = Discriminator(lambda given: "<by group>" if isinstance(given, dict) else "<for all>")
Value = Annotated[_ByGroup | _ForAll, _Which]
"""One number for all groups, or a number for each."""


def value_for(value: Mapping[str, float] | float, group: str) -> float:
    """Return the value that applies to a group."""
    return value[group] if isinstance(value, Mapping) else value


class GradeRule(Document):
    """Who gets a grade, among the units not yet graded better.

    Attributes
    ----------
    kind : {"count", "share", "threshold", "rest", "unknown"}
        The first `value` units; the first `value` of the group's units; totals of at least `value`; all others; those
        that print lists, by a rule that it does not say.
    value : float, or dict of group to float
    rounding : {"half_up", "down", "up"}
        How a share of the group becomes a number of units.
    """

    kind: Literal["count", "share", "threshold", "rest", "unknown"]
    value: Value | None = None
    rounding: Literal["half_up", "down", "up"] = "half_up"

    def value_for(self, group: str) -> float:
        """Return the value that applies to `group`."""
        return float("nan") if self.value is None else value_for(self.value, group)

    @model_validator(mode="after")
    def _value_fits_kind(self) -> Self:
        if (self.value is None) != (self.kind in {"rest", "unknown"}):
            raise ValueError("kind 为 rest 或 unknown 时不写 value，其余必须写 value")
        values = self.value.values() if isinstance(self.value, dict) else [self.value or 0]
        if self.kind == "count" and any(value != int(value) for value in values):
            raise ValueError("kind 为 count 时 value 应为整数")
        if self.kind == "share" and any(value > 1 for value in values):
            raise ValueError("kind 为 share 时 value 应在0与1之间")
        return self


def rule_of_places(last: float) -> GradeRule:
    """Read the last rank that will do, or below 1 a share of the units, as a rule by count or share."""
    return GradeRule(kind="share" if last < 1 else "count", value=last)


class Requirements(Document):
    """What a unit must have for a grade besides its total; values are for all groups, or by group.

    Attributes
    ----------
    least : dict of part or component to points
        The least score there, as it counts in the total.
    no_deduction : bool
        No deduction item, however small.
    within : dict of part or component to rank or share
        The last rank by score there, in the group, that will do; below 1 it is a share of the group's units.
    """

    least: dict[str, Value] = Field(default_factory=dict)
    no_deduction: Truth = False
    within: dict[str, Value] = Field(default_factory=dict)

    @property
    def values(self) -> Iterator[tuple[str, str, dict[str, float] | float]]:
        """Every value with where it stands: the condition, and the part or component."""
        for kind, values in (("least", self.least), ("within", self.within)):
            yield from ((kind, item, value) for item, value in values.items())

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.least or self.no_deduction or self.within):
            raise ValueError("requires 至少写一项条件：least、no_deduction: true 或 within")
        for item, value in self.within.items():
            for line in value.values() if isinstance(value, dict) else [value]:
                if line == 0 or (line > 1 and line != int(line)):
                    raise ValueError(f"within.{item} 应为名次（1以上的整数）或占本组的比例（0与1之间），不应为{line:g}")
        return self

    def find_faults(self, points: Mapping[str, float], groups: Mapping[str, object]) -> Iterator[str]:
        """Say what does not fit the rest of a scheme.

        Parameters
        ----------
        points : dict of part or component to what its component is worth
        groups : dict of group

        Yields
        ------
        str
        """
        for kind, item, value in self.values:
            if item not in points:
                yield f"{kind} 中没有 {item} 这个大项或部分，可写：{'、'.join(points)}"
            elif isinstance(value, dict) and set(value) != set(groups):
                yield f"{kind}.{item} 应给出每个组的值：{'、'.join(groups)}"
            elif kind == "least":
                highest = max(value.values()) if isinstance(value, dict) else value
                if highest > points[item]:
                    yield f"least.{item} 为{highest:g}分，多于所在大项的{points[item]:g}分"
