"""A draft of what a circular prints: complete data, and never in place of a file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from tests.exchange.test_reader import FICTION

from analysis.exchange.circulars.draft import write_draft
from analysis.exchange.circulars.reader import read_circular


@pytest.mark.slow
def test_a_draft_becomes_data_that_can_be_audited(copied_data: Path) -> None:
    """A made-up next year, printed in another way: extremes only, good by complement; nothing else is known of it."""
    from analysis.assessment import Assessment
    from analysis.data.dataset import load_dataset
    from analysis.methods.audit.ledger import audit_year
    from analysis.methods.bounds.bounds import bound_from_print

    scheme = (copied_data / "schemes/2021.yml").read_text(encoding="utf-8").replace("year: 2021", "year: 2022")
    scheme = scheme.replace("document: 平法政办〔2022〕2号", "document: 市法政办〔2023〕1号")
    (copied_data / "schemes/2022.yml").write_text(scheme, encoding="utf-8")
    text = """法政办〔2023〕1号
关于2022年度考核情况的通报
一、结果
（一）县（市、区）政府
优秀等次（2个）：宝丰县人民政府、叶县人民政府。其他单位为良好。
县（市、区）政府最高得分97.5分，最低得分70.25分，平均得分88.00分。
"""
    text = text.replace("法政办〔", "市法政办〔")
    (copied_data / "published/2022.yml").write_text(write_draft(read_circular(text), "x"), encoding="utf-8")
    dataset = load_dataset(copied_data)
    assert not audit_year(dataset, Assessment(dataset).scores, 2022)["verdict"].eq("contradicted").any()
    proof = bound_from_print(dataset, 2022, rounds=25)
    units = proof.units[proof.units["group"].eq("county")].set_index("unit_id")
    assert len(units) == 12
    # the first has the highest; 97.5 may have been rounded twice, as the average has two decimals
    assert units.loc["baofeng", ["low", "high"]].tolist() == pytest.approx([97.445, 97.555])
    assert units.loc["ruzhou", "low"] == pytest.approx(70.245)
    assert units.loc["ruzhou", "grade"] == "good"


def test_the_command_saves_and_never_overwrites(tmp_path: Path) -> None:
    from analysis.cli import main

    shutil.copy(FICTION / "one_list.txt", tmp_path)
    out = tmp_path / "2024.yml"
    assert main(["read-circular", str(tmp_path / "one_list.txt"), "--out", str(out)]) == 0
    saved = out.read_text(encoding="utf-8")
    assert yaml.safe_load(saved)["year"] == 2024
    assert main(["read-circular", str(tmp_path / "one_list.txt"), "--out", str(out)]) == 2
    assert out.read_text(encoding="utf-8") == saved
