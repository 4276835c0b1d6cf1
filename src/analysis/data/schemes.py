"""The rules of a year, as data: every clause says where it comes from and on what basis."""

from collections.abc import Iterator
from itertools import pairwise
from math import isnan
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from analysis.data.blocks import Base, Block, Clause, Component, Identifier, Part, walk
from analysis.data.documents import Number, Truth, YearDocument
from analysis.data.grade_rules import GradeRule, Points, Requirements
from analysis.data.names import Name, find_faulty_names, find_taken
from analysis.data.silence import UNKNOWN, ListOrUnknown, OrUnknown, Unknown, as_kind, is_known
from analysis.rounding import NOISE_DECIMALS

UnitIdentifier = Annotated[str, Field(pattern=r"^[\w-]+$")]


TO_FILL = "待填"
"""Stands in a draft where only its author knows what to write."""

_TABLES = {"indicators", "marks", "adjustments", "provenance"}
"""Tables of every year; an outside component is read from a table named after it."""


class Group(Clause):
    """A set of units that are ranked against each other.

    Where its `units` are unknown, units.csv may lack some, and have others that were not in it this year.
    """

    name: Name
    units: Literal["unknown"] | None = None


class Ratings(Clause):
    """The share of an indicator's points that each rating earns."""

    value: dict[Name, Annotated[Number, Field(ge=0, le=1)]]


class OwnIndicators(Clause):
    """Whether the indicators that an assessor marks are taken out of its own assessment."""

    excluded: Truth


class Assessors(Clause):
    """Who marks: id to name. An assessor that is itself assessed has its unit_id here."""

    value: dict[UnitIdentifier, Name]


class Adjustment(Clause):
    """Limits of a bonus or a deduction, in points; what is None is not limited."""

    item_min: Points | None = None
    item_max: Points | None = None
    step: Annotated[Number, Field(gt=0)] | None = None
    cap: Points | None = None

    @model_validator(mode="after")
    def _limits_leave_room(self) -> Self:
        if self.item_min is not None and self.item_max is not None and self.item_min > self.item_max:
            raise ValueError(f"item_min（{self.item_min:g}）不应大于 item_max（{self.item_max:g}）")
        return self


class Veto(Clause):
    """A serious case: the unit cannot get the grades named here."""

    bars: list[str]


class Ranking(Clause):
    """What units are ranked and graded on, and who is tied.

    Attributes
    ----------
    ties : {"min", "max"}
        Tied units all take the better or all the worse of their ranks.
    decimals : int or None
        Totals are rounded half up to so many decimals first; None leaves them unrounded.
    """

    ties: Literal["min", "max"]
    decimals: Annotated[int, Field(strict=True, ge=0, le=NOISE_DECIMALS)] | None = None


class Grade(Clause):
    """A grade; grades are listed from best to worst and the last takes the rest.

    Attributes
    ----------
    id, name : str
    rule : GradeRule
    requires : Requirements or None
        Minimum conditions: a unit that fails one is passed over, and considered for the next grade.
    formerly : list of str or None
        The grades of the scheme before that it takes the place of; None stands for that of its own id, if there is one.
    """

    id: Identifier
    name: Name
    rule: Annotated[GradeRule, BeforeValidator(as_kind)]
    requires: Requirements | None = None
    formerly: list[str] | None = None


class Scheme(YearDocument):
    """All rules of one year, or what print says of them: see `silence` for clauses that are not known."""

    title: Annotated[str, Field(min_length=1)]
    document: str
    groups: dict[Identifier, Group]
    ratings: OrUnknown[Ratings]
    components: ListOrUnknown[Component]
    base: OrUnknown[Base] | None = None
    own_indicators: OrUnknown[OwnIndicators]
    assessors: OrUnknown[Assessors]
    bonus: OrUnknown[Adjustment]
    deduction: OrUnknown[Adjustment]
    veto: OrUnknown[Veto] | None = None
    ranking: OrUnknown[Ranking]
    grades: list[Grade] = Field(min_length=1)

    def _walk(self) -> Iterator[tuple[str, Block, tuple[str, ...]]]:
        """List all components and parts, each with the way to it."""
        for each in self.components:
            yield from walk(each.id, each, ("components", each.id))

    @property
    def parts(self) -> dict[str, Part]:
        """The parts of all components that hold indicators, by id."""
        return {key: block for key, block, _ in self._walk() if isinstance(block, Part) and not block.parts}

    @property
    def ways(self) -> dict[str, tuple[str, ...]]:
        """The way in the scheme to everything that is worth points: components, and parts with points of their own."""
        components = {each.id: ("components", each.id) for each in self.components}
        return components | {key: way for key, block, way in self._walk() if block.points}

    @property
    def blocks(self) -> dict[str, Block]:
        """Everything that is worth points, by id, in the order of `ways`."""
        components: dict[str, Block] = {component.id: component for component in self.components}
        return components | {key: block for key, block, _ in self._walk() if block.points}

    @property
    def paths(self) -> dict[str, tuple[str, ...]]:
        """The blocks that each part with indicators, and each outside component, counts in: the component first."""
        blocks = self.blocks
        return {
            key: tuple(each for each in way[1::2] if each in blocks)
            for key, block, way in self._walk()
            if not block.parts
        }

    @property
    def part_names(self) -> dict[str, str]:
        """Names of all parts and outside components, by id."""
        return {key: block.name for key, block, _ in self._walk() if isinstance(block, Part) or block.is_outside}

    @property
    def component_names(self) -> dict[str, str]:
        """Component id to name."""
        return {component.id: component.name for component in self.components}

    @property
    def item_names(self) -> dict[str, str]:
        """Names of all parts and components, by id."""
        return self.part_names | self.component_names

    @property
    def component_of(self) -> dict[str, str]:
        """The component that each part with indicators, and each outside component, counts in, by id."""
        return {key: path[0] for key, path in self.paths.items()}

    def list_around(self, item: str) -> tuple[str, ...]:
        """Name the blocks around the one that an item counts in, or is: the component first."""
        return next(
            path[: path.index(item)] if item in path else path[:-1]
            for part, path in self.paths.items()
            if item == part or item in path
        )

    @property
    def passes_up(self) -> bool:
        """Say whether a component of which a unit carries nothing passes its points on to the others, or may do so."""
        return self.base is not None and (not is_known(self.base) or self.base.rescale)

    @property
    def is_plain(self) -> bool:
        """Say whether components add up to the base, and points of indicators to components, without more ado."""
        blocks, parts = self.blocks, self.parts.values()
        scaled = any(block.weights for block in blocks.values()) or any(part.marking == "percent" for part in parts)
        return not scaled and self.base is None and len(blocks) == len(self.components)

    @property
    def clauses(self) -> dict[str, Clause]:
        """All clauses that name a source, by what a message calls them, such as components.daily."""
        found: dict[str, Clause] = {}
        for name, given in self:
            items = {each.id: each for each in given} if isinstance(given, list) else given
            named = {f"{name}.{key}": each for key, each in items.items()} if isinstance(items, dict) else {name: items}
            found |= {key: each for key, each in named.items() if isinstance(each, Clause)}
        return found

    @property
    def unknown(self) -> list[str]:
        """The clauses that are not known, by what a message calls them."""
        whole = [name for name, given in self if isinstance(given, Unknown) or given == []]
        units = [f"groups.{group}.units" for group in self.groups if not self.knows_units(group)]
        points = [f"components.{each.id}.points" for each in self.components if isnan(each.points)]
        return whole + units + points + [f"grades.{each.id}.rule" for each in self.grades if each.rule.kind == UNKNOWN]

    def knows_units(self, group: str = "all") -> bool:
        """Say whether all units of a group, or of all of them, are known."""
        asked = [self.groups[group]] if group in self.groups else self.groups.values()
        return all(each.units is None for each in asked)

    def succeed(self, before: Self) -> dict[str, str]:
        """Say what the grades of the scheme before are called here; those that nothing takes the place of are left out.

        Examples
        --------
        >>> from analysis.scoring.examples import small_scheme
        >>> before = small_scheme({})
        >>> grades = [{**grade.model_dump(), "id": f"new_{grade.id}"} for grade in before.grades]
        >>> small_scheme({}, grades=grades).succeed(before)
        {}
        >>> grades[0]["formerly"] = ["best"]
        >>> small_scheme({}, grades=grades).succeed(before)
        {'best': 'new_best'}
        """
        own = {grade.id: [grade.id] if grade.formerly is None else grade.formerly for grade in self.grades}
        return {earlier: grade for earlier in before.grade_names for grade in own if earlier in own[grade]}

    def bars(self, grade: str) -> bool:
        """Say whether a veto bars from a grade."""
        return self.veto is not None and grade in self.veto.bars

    @property
    def outside_components(self) -> list[Component]:
        """Components whose result comes from outside rather than from marks."""
        return [component for component in self.components if component.is_outside]

    @property
    def base_points(self) -> float:
        """Points of a full base score, before adjustments; NaN where they are not known."""
        if not self.components or (self.base and not is_known(self.base)):
            return float("nan")
        stated = self.base.points if self.base else None
        return stated or sum(component.points for component in self.components)

    @property
    def ties(self) -> str | None:
        """Which place tied units take; None where it is not known."""
        return self.ranking.ties if is_known(self.ranking) else None

    @property
    def ranked_decimals(self) -> int | None:
        """The decimals that totals are ranked on; None where they are unrounded, as far as is known."""
        return self.ranking.decimals if is_known(self.ranking) else None

    @property
    def group_names(self) -> dict[str, str]:
        """Group id to name, in the scheme's order."""
        return {group: clause.name for group, clause in self.groups.items()}

    @property
    def assessor_names(self) -> dict[str, str]:
        """Who marks: id to name; nobody where that is not known."""
        return self.assessors.value if is_known(self.assessors) else {}

    @property
    def grade_names(self) -> dict[str, str]:
        """Grade id to name, best first."""
        return {grade.id: grade.name for grade in self.grades}

    @property
    def conditional_grades(self) -> dict[str, str]:
        """The grades that require something besides the total: grade id to name, best first."""
        return {grade.id: grade.name for grade in self.grades if grade.requires}

    @property
    def required_items(self) -> set[str]:
        """The parts and components that a grade requires something of."""
        return {item for grade in self.grades if grade.requires for _, item, _ in grade.requires.values}

    @model_validator(mode="after")
    def _clauses_agree(self) -> Self:
        identifiers = [key for key, *_ in self._walk()]
        if len(set(identifiers)) < len(identifiers):
            raise ValueError("components 与 parts 的编号有重复")
        ratings = self.ratings.value if is_known(self.ratings) else {}
        named = {
            "groups": self.group_names,
            "assessors.value": self.assessor_names,
            "components 与 parts": self.part_names,
            "components": self.component_names,
            "grades": self.grade_names,
            "ratings.value": {name: name for name in ratings},
        }
        if faults := [*find_faulty_names(named)]:
            raise ValueError("；".join(faults))
        kinds = {"ratings.value": "rating", "grades": "grade", "components": "block"}
        for clause, kind in kinds.items():
            if taken := find_taken(kind, named[clause].values()):
                raise ValueError(f"{clause} 中的名称 {'、'.join(taken)} 在评分表、结果表里另有所指，换一个名称")
        if taken := sorted(_TABLES & {*identifiers}):
            raise ValueError(f"components、parts 的编号不能用 {'、'.join(taken)}：已是数据表的名称")
        groups = self.groups if len(self.groups) > 1 else ()
        for clause, ids in {"groups": groups, "components、parts": identifiers, "grades": self.grade_names}.items():
            if "all" in ids:
                raise ValueError(f"{clause} 的编号不能用 all：通报的数以它指全部")
        rated = [part for part, spec in self.parts.items() if spec.marking == "rating"]
        if rated and not ratings and is_known(self.ratings):
            raise ValueError(f"ratings.value 中没有评价等级，而 {'、'.join(rated)} 按等级评分（marking: rating）")
        return self

    @model_validator(mode="after")
    def _grades_agree(self) -> Self:
        grades = [grade.id for grade in self.grades]
        if len(set(grades)) < len(grades):
            raise ValueError("grades 的编号有重复")
        kinds = [grade.rule.kind for grade in self.grades]
        if "rest" in kinds[:-1] or kinds[-1] not in {"rest", UNKNOWN}:
            raise ValueError("grades 应从好到差排列，且只有最后一个等次的 rule.kind 为 rest")
        for grade in self.grades:
            if isinstance(grade.rule.value, dict) and set(grade.rule.value) != set(self.groups):
                raise ValueError(f"grades.{grade.id}.rule.value 应给出每个组的值：{'、'.join(self.groups)}")
        if self.grades[-1].requires:
            raise ValueError(f"最末等次 {grades[-1]} 收其余单位，不能有条件（requires）")
        points = {part: self.blocks[path[-1]].points or 0.0 for part, path in self.paths.items()}
        points |= {key: block.points or 0.0 for key, block in self.blocks.items()}
        for grade in self.grades[:-1]:
            if grade.requires and (faults := [*grade.requires.find_faults(points, self.groups)]):
                raise ValueError(f"grades.{grade.id}.requires：{'；'.join(faults)}")
        for better, grade in pairwise(grade for grade in self.grades if grade.rule.kind == "threshold"):
            for group in self.groups:
                line, above = grade.rule.value_for(group), better.rule.value_for(group)
                if line > above:
                    lines = f"{group} 组为{line:.10g}，高于{above:.10g}"
                    raise ValueError(f"grades.{grade.id} 的分数线不应高于更好的等次 {better.id} 的分数线：{lines}")
        if self.veto and is_known(self.veto) and not set(self.veto.bars) <= set(grades[:-1]):
            raise ValueError(f"veto.bars 只能列最末等次以外的等次：{'、'.join(grades[:-1])}")
        return self
