"""What check says of a sound data folder: what to look at again, and not more of it than is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.cli import main
from analysis.commands.starting import start_city


def test_of_many_notices_of_a_kind_some_are_told_and_the_rest_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = start_city(tmp_path / "data")
    rare = "".join(chr(0x1F600 + number) for number in range(25))
    units = (data / "units.csv").read_text(encoding="utf-8")
    assert "市司法局" in units
    (data / "units.csv").write_text(units.replace("市司法局", rare), encoding="utf-8")
    assert main(["check", "--data", str(data)]) == 0
    told = [line for line in capsys.readouterr().out.splitlines() if "留意" in line]
    lacking = [line for line in told if "字体里没有" in line]
    assert len(lacking) == 20
    assert lacking[0].startswith(f"    留意：字体里没有“{rare[0]}”（U+1F600），见单位“{rare}”：图片里画成方框")
    assert told[told.index(lacking[-1]) + 1] == "    留意：同样的另有5处，没有逐一列出"
