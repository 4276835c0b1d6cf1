"""Circulars printed by plain Python under every practice: none is accused, and every alteration is told."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pandas as pd
import pytest
from tests.conftest import widely
from tests.made_up import YEARS
from tests.printing import Key, Office, draw_circulars, publish, put

from analysis.data.published import PrintedFigure
from analysis.methods.audit.ledger import audit_year, practices_of
from analysis.methods.audit.practices import PRACTICES, USUAL, Check, Practice, always, find_practices
from analysis.methods.audit.verdicts import exactly


def accused(ledger: pd.DataFrame) -> set[str]:
    return set(ledger.loc[ledger["verdict"].isin(["contradicted", "explained"]), "id"])


def tied(office: Office, practice: Practice, printed: dict[Key, str]) -> set[str]:
    """The claims on deltas rounded half even from an exact tie: taken for misprints (decision 0033)."""
    found = set[str]()
    for (measure, group, of), value in printed.items() if practice.rounding == "ROUND_HALF_EVEN" else ():
        if measure == "average_delta":
            before, now = (office.mean(year, (group, of), practice) for year in YEARS)
            halves = (now - before) * 2 * 10 ** len(value.partition(".")[2])
            if halves.denominator == 1 and halves % 2:
                found |= {f"{YEARS[1]}-{kind}-{group}-{of}" for kind in ("delta", "marks-average_delta")}
    return found


@widely("seed", range(100), always=1)
@pytest.mark.parametrize("practice", USUAL, ids=str)
def test_no_circular_is_accused_of_how_it_was_computed(practice: Practice, seed: int) -> None:
    dataset, scores, office, printed = draw_circulars(seed, practice)
    shown, ties = publish(dataset, printed), tied(office, practice, printed[YEARS[1]])
    ledger = audit_year(shown, scores, YEARS[1])
    assert accused(ledger) <= ties
    assert practice in practices_of(shown, scores, YEARS[1]) or ties
    assert accused(audit_year(shown, scores.iloc[:0], YEARS[1])) <= ties  # from print alone
    only_this = scores[scores["year"].eq(YEARS[1])]  # last year's marks are gone
    assert accused(audit_year(shown, only_this, YEARS[1])) <= ties


@widely("seed", range(20), always=1)
@pytest.mark.parametrize("rounding", ["ROUND_DOWN", "ROUND_UP"])
def test_who_cuts_off_digits_everywhere_is_explained(rounding: str, seed: int) -> None:
    practice = Practice(rounding, totals_first=False, from_printed=True)
    dataset, scores, _, printed = draw_circulars(seed, practice)
    shown = publish(dataset, printed)
    verdicts, found = set(audit_year(shown, scores, YEARS[1])["verdict"]), practices_of(shown, scores, YEARS[1])
    assert "contradicted" not in verdicts
    assert ("explained" in verdicts and practice in found) or set(found) <= set(USUAL)  # nothing shows it


def test_one_number_is_no_rule() -> None:
    """2 of 3 printed 66.66% alone is a misprint; with 5 of 9 printed 55.55% it is a way of rounding."""
    shares = {text: Fraction(whole) for text, whole in (("66.66%", "2/3"), ("55.55%", "5/9"))}
    checks = [
        Check("", PrintedFigure(measure="grade_share", value=text, section="一"), always(exactly(share)))
        for text, share in shares.items()
    ]
    assert find_practices(checks[:1]) == USUAL
    assert {practice.rounding for practice in find_practices(checks)} == {"ROUND_DOWN"}
    right = Check(
        "", PrintedFigure(measure="grade_share", value="44.44%", section="一"), always(exactly(Fraction(4, 9)))
    )
    wrong = Check(
        "", PrintedFigure(measure="grade_share", value="66.66%", section="一"), always(exactly(Fraction(8, 9)))
    )
    assert find_practices([right, wrong]) == USUAL  # nothing makes the second right


def keep(office: Office, printed: dict[Key, str]) -> list[dict[Key, list[str]]]:
    """Try every practice on what is printed; return what those would print that need the fewest changes."""
    tried = {practice: office.prints(YEARS[1], practice) for practice in PRACTICES}
    misfits = {
        practice: (sum(text not in ways.get(key, [text]) for key, text in printed.items()), practice not in USUAL)
        for practice, ways in tried.items()
    }
    return [ways for practice, ways in tried.items() if misfits[practice] == min(misfits.values())]


@widely("seed", range(100), always=1)
@pytest.mark.parametrize("practice", USUAL[::3], ids=str)
def test_every_alteration_is_told_that_the_other_figures_expose(practice: Practice, seed: int) -> None:
    dataset, scores, office, printed = draw_circulars(seed, practice)
    random = Random(seed)
    for key, text in random.sample(sorted(printed[YEARS[1]].items()), 3):
        number, places = text.rstrip("%"), len(text.rstrip("%").partition(".")[2])
        changed = Fraction(number) + Fraction(random.choice([-7, -1, 1, 2]), 10**places)
        altered = printed[YEARS[1]] | {key: put(changed, number, "up") + text[len(number) :]}
        kept = keep(office, altered)
        wrong = {each for each, told in altered.items() if all(told not in ways.get(each, [told]) for ways in kept)}
        ledger = audit_year(publish(dataset, printed | {YEARS[1]: altered}), scores, YEARS[1]).set_index("id")
        verdicts = {each: ledger.loc[f"{YEARS[1]}-marks-{'-'.join(each)}", "verdict"] for each in altered}
        contradicted = {each for each, verdict in verdicts.items() if verdict == "contradicted"}
        assert (
            contradicted
            <= wrong
            <= {each for each, verdict in verdicts.items() if verdict in {"contradicted", "explained"}}
        )
        assert key in wrong or altered[key] in [text for ways in kept for text in ways[key]]
