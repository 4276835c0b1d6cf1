"""What an exhibit needs, whether a year has it, and what readers are told where it does not."""

from collections.abc import Callable, Collection

import pandas as pd

from analysis.assessment import Year
from analysis.exhibits.exhibit import Exhibit
from analysis.periods import name_assessed
from analysis.problems import WorkbookError


def _has_averages(year: Year) -> bool:
    averages = year.averages
    own = averages[averages["year"].eq(year.year) & averages["population"].eq("all")]
    return bool(own["group"].isin(["all", *year.scheme.groups]).any())


_PRINTED: dict[str, tuple[Callable[[Year], bool], str]] = {
    "grades": (lambda year: bool(year.results["grade"].notna().any()), "各单位的等次"),
    "best_grade": (lambda year: year.year in year.graded_years, "各组完整的{best}单位名单"),
    "grade_counts": (lambda year: year.year in year.counted_years, "各组全部单位的等次"),
    "averages": (_has_averages, "各组全部单位的平均分"),
    "table": (lambda year: year.facts.table is not None, "各单位的得分名次表"),
}
"""What print may give in the place of marks, and how its lack is told: by need, whether a year has it, what it is."""
_NO_MARKS = "{year}没有评分数据（inputs/{key}）"
_NOT_PRINTED = "{year}的通报没有公布{what}"


def find_lacking(needs: Collection[str], *years: Year) -> str:
    """Say what is needed and some years do not have; "" where they have all.

    Parameters
    ----------
    needs : collection of str
        See `Exhibit.needs`.
    *years : Year

    Returns
    -------
    str
    """
    for year in years:
        told = {"year": name_assessed(year.year), "key": year.year, "best": year.scheme.grades[0].name}
        if "marks" in needs and year.facts.inputs is None:
            return _NO_MARKS.format(**told)
        for need in needs:
            if need in _PRINTED and not _PRINTED[need][0](year):
                return _NOT_PRINTED.format(what=_PRINTED[need][1].format(**told), **told)
    return ""


def need_results(kind: type[Exhibit], *years: Year) -> None:
    """Refuse, as a WorkbookError, what needs marks of years without them, and what needs results of years without any.

    Parameters
    ----------
    kind : type of Exhibit
    *years : Year
    """
    for year in years:
        if "marks" in kind.needs:
            year.facts.need_inputs(f"没有“{kind.label}”（{kind.name}）")
        elif {"results", *_PRINTED} & {*kind.needs}:
            year.facts.need_results(f"没有“{kind.label}”（{kind.name}）")


class Lacking(Exhibit, label="缺少所需内容"):
    """Stands for an exhibit that what is printed of a year does not bear out: a sentence, and nothing else."""

    templates = {"lacking": "没有“{label}”：{lacking}。"}
    lacking: str = ""

    @classmethod
    def of(cls, kind: type[Exhibit], lacking: str, year: Year, base: Year | None) -> "Lacking":
        """Make one that says what is lacking for what."""
        made = cls(year, base)
        made.lacking = cls.templates["lacking"].format(label=kind.label, lacking=lacking)
        return made

    @property
    def absent(self) -> str:
        """What is lacking."""
        return self.lacking

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is lacking."""
        return (self.lacking,)

    @property
    def frame(self) -> pd.DataFrame:
        """There is none, which is a WorkbookError."""
        raise WorkbookError(self.lacking)
