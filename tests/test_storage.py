"""Folders that are swapped whole or not at all."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from pathlib import Path
from random import Random

import pytest

from analysis.problems import WorkbookError
from analysis.storage import replaced_folder
from tests.conftest import widely


@pytest.mark.slow
@widely("kills", [10, 30], always=1)
def test_a_folder_is_whole_whenever_its_replacement_is_killed(tmp_path: Path, kills: int) -> None:
    """Nothing but swaps, as fast as they go, killed in their midst."""
    program = textwrap.dedent(
        """
        import sys
        from itertools import count
        from pathlib import Path
        from analysis.storage import replaced_folder
        target = Path(sys.argv[1])
        for number in count():
            with replaced_folder(target, target.with_name("previous")) as fresh:
                for name in "abc":
                    (fresh / name).write_text(str(number))
            print(number, flush=True)
        """
    )
    target, random = tmp_path / "target", Random(7)
    for _ in range(kills):
        process = subprocess.Popen([sys.executable, "-c", program, str(target)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(random.uniform(0, 0.05))
        process.kill()
        process.communicate()
        assert {path.name for path in target.iterdir()} == set("abc")
        assert len({path.read_text() for path in target.iterdir()}) == 1


def test_one_folder_takes_one_writer(tmp_path: Path) -> None:
    with (
        replaced_folder(tmp_path / "a"),
        pytest.raises(WorkbookError, match="另一个命令正在写"),
        replaced_folder(tmp_path / "a"),
    ):
        pass
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == ["a"]
