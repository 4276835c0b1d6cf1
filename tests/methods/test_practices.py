"""Circulars printed by plain Python under every practice: none is accused, and every alteration is told."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pandas as pd
import pytest
from tests.conftest import widely
from tests.made_up import YEARS
from tests.printing import Key, Office, draw_circulars, publish, put

from analysis.methods.audit.ledger import audit_year, practices_of
from analysis.methods.audit.practices import PRACTICES, USUAL, Practice


def accused(ledger: pd.DataFrame) -> set[str]:
    return set(ledger.loc[ledger["verdict"].isin(["contradicted", "explained"]), "id"])


@widely("seed", range(100), always=1)
@pytest.mark.parametrize("practice", USUAL, ids=str)
def test_no_circular_is_accused_of_how_it_was_computed(practice: Practice, seed: int) -> None:
    dataset, scores, _, printed = draw_circulars(seed, practice)
    shown = publish(dataset, printed)
    ledger = audit_year(shown, scores, YEARS[1])
    assert accused(ledger) == set()
    assert practice in practices_of(shown, scores, YEARS[1])
    assert accused(audit_year(shown, scores.iloc[:0], YEARS[1])) == set()  # from print alone
    only_this = scores[scores["year"].eq(YEARS[1])]  # last year's marks are gone
    assert accused(audit_year(shown, only_this, YEARS[1])) == set()


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
