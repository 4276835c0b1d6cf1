"""The units of an assessment through all years that anything is known of."""

import pandas as pd


class Panel:
    """The units of an assessment through all years that have marks, or a circular that prints results.

    Parameters
    ----------
    results : DataFrame of `gather_results`
    successions : DataFrame
        Who was made of whom (see `list_successions`).

    Attributes
    ----------
    units : DataFrame
        Everyone who was ever assessed, by unit_id: columns group and name, the latest.
    totals, ranks, grades, groups : DataFrame
        Totals (points), ranks in the group, grades and groups, units × years; missing where a unit was not assessed, or
        where a year has no marks and they are not printed.
    successions : DataFrame
    """

    def __init__(self, results: pd.DataFrame, successions: pd.DataFrame) -> None:
        self.units = results.groupby("unit_id", sort=False)[["group", "name"]].last()
        self.successions, self._years = successions, results["year"].unique().tolist()
        self.totals, self.ranks, self.grades, self.groups = (
            results.pivot(index="unit_id", columns="year", values=column).reindex(self.units.index)
            for column in ("total", "rank", "grade", "group")
        )

    def __repr__(self) -> str:
        return f"Panel(units={len(self.units)}, years={self._years})"
