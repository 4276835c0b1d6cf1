"""What becomes of clauses on which print is silent: the word `unknown` stands in their place, and never a default."""

from typing import Annotated, Any, NoReturn, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializeAsAny,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_serializer,
)

from analysis.periods import AnyYear, name_assessed
from analysis.problems import WorkbookError
from analysis.words import CLAUSES

UNKNOWN = "unknown"
Known = TypeVar("Known")


class Unknown(BaseModel):
    """A clause that is not known: whoever asks what it says is refused, as a WorkbookError.

    It stands where the clause itself is typed, so that no reader of schemes takes silence for a rule by mistake. Who
    can do without asks `is_known` first.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    year: Any
    clause: str

    @model_serializer
    def _write(self) -> str:
        return UNKNOWN

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise WorkbookError(refuse_unknown(self.year, self.clause))


def refuse_unknown(year: AnyYear, clause: str) -> str:
    """Say in one sentence that a clause is not known, and what can be done."""
    called = CLAUSES.get(clause.partition(".")[0], clause)
    return (
        f"{name_assessed(year)}的办法没有写明{called}（schemes/{year}.yml 的 {clause} 为 {UNKNOWN}，通报未载），"
        "这一步做不了；知道的，请补上这一条再运行。"
    )


def is_known(clause: object) -> bool:
    """Say whether a clause says anything."""
    return not isinstance(clause, Unknown)


def as_kind(given: Any) -> Any:
    """Read `unknown` in the place of a grade's rule as a rule of that kind."""
    return {"kind": UNKNOWN} if given == UNKNOWN else given


def _read_clause(given: Any, read: ValidatorFunctionWrapHandler, about: ValidationInfo) -> Any:
    if given != UNKNOWN:
        return read(given)
    return Unknown(year=about.data.get("year"), clause=str(about.field_name))


OrUnknown = Annotated[Known, WrapValidator(_read_clause), SerializeAsAny()]
"""A clause, or an `Unknown` in its place."""
ListOrUnknown = Annotated[
    list[Known], Field(min_length=1), WrapValidator(lambda given, read: [] if given == UNKNOWN else read(given))
]
"""A list of at least one, or an empty one where nothing is known."""
PointsOrUnknown = Annotated[Known, WrapValidator(lambda given, read: float("nan") if given == UNKNOWN else read(given))]
"""Points, or NaN, which no comparison holds of and no sum loses."""
