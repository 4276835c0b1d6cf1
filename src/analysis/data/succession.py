"""What grades of one scheme were in the scheme before."""

from collections.abc import Iterable, Iterator

from analysis.data.schemes import Scheme
from analysis.data.tables import Place
from analysis.periods import name_assessed
from analysis.problems import Problem


def check_succession(schemes: Iterable[Scheme]) -> Iterator[Problem]:
    """Hold what the grades of every scheme were formerly against the scheme before.

    Parameters
    ----------
    schemes : iterable of Scheme, in order of year

    Yields
    ------
    Problem
    """
    before: Scheme | None = None
    for scheme in schemes:
        tell, claimed = Place(f"schemes/{scheme.year}.yml").tell, dict[str, str]()
        year, known = (name_assessed(before.year), before.grade_names) if before else ("更早年度", {})
        for grade in scheme.grades:
            clause = f"grades.{grade.id}.formerly"
            for earlier in [grade.id] if grade.formerly is None else dict.fromkeys(grade.formerly):
                if earlier in claimed:
                    rule = f"{year}的这个等次已由 {claimed[earlier]} 承接，一个等次只能由一个等次承接"
                    yield tell(rule, "从其中一个的 formerly 中删去；不承接任何等次的写 formerly: []", clause, earlier)
                elif earlier in known:
                    claimed[earlier] = grade.id
                elif grade.formerly is not None:
                    fix = f"改为{year}的等次编号：{'、'.join(known)}；不承接任何等次的写 []"
                    yield tell(f"{year}的办法没有这个等次", fix if known else "删去 formerly", clause, earlier)
        places = list(scheme.grade_names)
        now = [places.index(claimed[earlier]) for earlier in known if earlier in claimed]
        if now != sorted(now):
            rule = f"所承接的等次，在{year}的办法中不是这样从好到差排列"
            yield tell(rule, "核对 grades 的次序；编号另作他用的，换一个编号或写明 formerly", "grades")
        before = scheme
