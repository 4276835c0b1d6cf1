"""How claims, verdicts and their reasons are put: the sentences of claims.yml."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import yaml

WORDING: dict[str, dict[str, str]] = yaml.safe_load(
    files("analysis.methods.audit").joinpath("claims.yml").read_text(encoding="utf-8")
)
"""The columns of the ledger, and the phrases that fill them, by kind of claim."""


def say(kind: str, phrase: str, **values: Any) -> str:
    """Fill in a phrase.

    Parameters
    ----------
    kind : str
        Of claim, as in claims.yml.
    phrase : str
    **values
        What it leaves open.

    Returns
    -------
    str
    """
    return WORDING[kind][phrase].format(**values)
