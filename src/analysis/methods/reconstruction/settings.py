"""What print leaves open and a reconstruction fixes: data/reconstruction.yml, checked before anything is made."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from analysis.data.dataset import YearFacts
from analysis.data.documents import Document, Number, load_document
from analysis.periods import name_assessed
from analysis.problems import WorkbookError

Positive = Annotated[Number, Field(gt=0)]


class Settings(Document):
    """What print leaves open and a reconstruction must fix; data/reconstruction.yml explains each."""

    seed: Annotated[int, Field(strict=True)]
    topics: Annotated[list[Annotated[str, Field(min_length=1)]], Field(min_length=1)]
    indicator_points: Annotated[list[Positive], Field(min_length=1)]
    score_step: Positive
    result_step: Positive
    result_full_score: Positive
    not_applicable_topics: list[str]
    not_applicable_share: Annotated[Number, Field(ge=0, lt=1)]
    rescaled: list[str]
    bonus_candidates: Annotated[Number, Field(ge=1)]
    bonus_step: Positive

    @model_validator(mode="after")
    def _steps_are_small_enough(self) -> Self:
        if self.score_step > min(self.indicator_points):
            raise ValueError("score_step 不应大于 indicator_points 中最小的分值")
        if self.result_step > self.result_full_score:
            raise ValueError("result_step 不应大于 result_full_score")
        return self


def load_settings(root: Path) -> Settings:
    """Read data/reconstruction.yml."""
    return load_document(root / "reconstruction.yml", root, Settings)


def check_settings(facts: YearFacts, settings: Settings) -> None:
    """Refuse units that a year does not have, before anything is made."""
    unknown = sorted(set(settings.rescaled) - set(facts.units["unit_id"]))
    if unknown:
        raise WorkbookError(
            f"reconstruction.yml 的 rescaled 中有{name_assessed(facts.year)}没有的单位：{'、'.join(unknown)}。"
            "请改正编号。"
        )
