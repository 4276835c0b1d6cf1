"""Processes that a command starts, at the moments when it is being ended."""

from __future__ import annotations

import tempfile
from multiprocessing import Pipe

import pytest

from analysis.site.processes import _send_result


@pytest.mark.parametrize("item", [1, "1 / 0"], ids=["a page", "a failure"])
def test_a_process_whose_command_was_ended_ends_in_silence(item: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one that the fork server starts after the command it was asked by is gone."""
    monkeypatch.setattr(tempfile, "tempdir", None)
    receiver, sender = Pipe(duplex=False)
    receiver.close()
    with sender:
        _send_result(int, item, sender, "nowhere")
