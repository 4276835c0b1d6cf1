"""Archives: what was kept is found whole and follows from its own data, and whatever was changed in it is told."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from analysis.assessment import Assessment
from analysis.cli import main
from analysis.data.dataset import load_dataset
from analysis.documents.archives import make_archive, verify_archive
from analysis.problems import WorkbookError

Contents = dict[str, bytes]
YEAR = 2023


@pytest.fixture(scope="module")
def kept(city: Path) -> bytes:
    """The small city's year."""
    return make_archive(Assessment(load_dataset(city)).year(YEAR))


def _unpack(archive: bytes) -> Contents:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def _pack(contents: Contents, path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return path


def _seal(contents: Contents) -> None:
    """Write the hashes of what is there now, as somebody would who changes an archive on purpose."""
    manifest = json.loads(contents["manifest.json"])
    files = [{"name": name, "sha256": sha256(each).hexdigest()} for name, each in contents.items()]
    manifest["files"] = [each for each in files if each["name"] != "manifest.json"]
    contents["manifest.json"] = json.dumps(manifest).encode()


def test_what_was_kept_follows_from_its_own_data(kept: bytes, tmp_path: Path) -> None:
    found = verify_archive(_pack(_unpack(kept), tmp_path / "a.zip"))
    assert found.faults == () and found.contradicted == () and found.year == YEAR
    assert {"data/units.csv", "results/scores.csv", "results/lists.csv", "results/averages.csv"} < _unpack(kept).keys()


def _change(name: str, old: bytes, new: bytes) -> Callable[[Contents], None]:
    def change(contents: Contents) -> None:
        assert old in contents[name]
        contents[name] = contents[name].replace(old, new, 1)

    return change


def _first_total(contents: Contents) -> bytes:
    head, row = contents["results/scores.csv"].splitlines()[:2]
    return row.split(b",")[head.split(b",").index(b"total")]


def _change_total(contents: Contents) -> None:
    total = _first_total(contents)
    contents["results/scores.csv"] = contents["results/scores.csv"].replace(total, total[:-1] + b"4", 1)


CHANGES: dict[str, tuple[Callable[[Contents], object], str]] = {
    "a result": (_change_total, "“results/scores.csv”与归档时不同"),
    "a file that is gone": (lambda contents: contents.pop("data/lineage.csv"), "“data/lineage.csv”不见了"),
    "a file more": (lambda contents: contents.update({"documents/a.txt": b"a"}), "“documents/a.txt”是后来放进去的"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_changed_is_told(change: str, kept: bytes, tmp_path: Path) -> None:
    contents = _unpack(kept)
    how, told = CHANGES[change]
    how(contents)
    assert told in verify_archive(_pack(contents, tmp_path / "a.zip")).faults


def test_a_result_that_was_changed_with_its_hash_does_not_follow(kept: bytes, tmp_path: Path) -> None:
    contents = _unpack(kept)
    _change_total(contents)
    _seal(contents)
    assert verify_archive(_pack(contents, tmp_path / "a.zip")).faults == ("“results/scores.csv”与由数据重新核算的不同",)


def test_marks_that_were_changed_with_their_hash_lead_to_other_results(kept: bytes, tmp_path: Path) -> None:
    contents = _unpack(kept)
    name = next(name for name in contents if name.endswith("marks.csv"))
    assert "dongcheng,Q1,marked,好,".encode() in contents[name]
    contents[name] = contents[name].replace("dongcheng,Q1,marked,好,".encode(), "dongcheng,Q1,marked,差,".encode())
    _seal(contents)
    assert any("scores.csv" in each for each in verify_archive(_pack(contents, tmp_path / "a.zip")).faults)


def test_a_path_that_leads_out_of_the_archive_is_refused(kept: bytes, tmp_path: Path) -> None:
    contents = _unpack(kept) | {"data/../../out.csv": b"out"}
    _seal(contents)
    with pytest.raises(WorkbookError, match="不是工作簿的归档文件"):
        verify_archive(_pack(contents, tmp_path / "a.zip"))
    assert not list(tmp_path.parent.glob("out.csv"))


@pytest.mark.parametrize("content", [b"", b"PK\3\4 and no more", b"text"])
def test_what_is_no_archive_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(WorkbookError, match="不是工作簿的归档文件"):
        verify_archive(tmp_path / "a.zip")
    with pytest.raises(WorkbookError, match="没有文件"):
        verify_archive(tmp_path / "none.zip")


def test_an_archive_with_a_damaged_part_is_refused(kept: bytes, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(kept)) as opened:
        entry = opened.getinfo("data/units.csv")
    at = entry.header_offset + 30 + len(entry.filename) + 10
    (tmp_path / "a.zip").write_bytes(kept[:at] + bytes([kept[at] ^ 0xFF]) + kept[at + 1 :])
    with pytest.raises(WorkbookError, match="已损坏"):
        verify_archive(tmp_path / "a.zip")


def test_documents_of_one_name_are_refused(city: Path, tmp_path: Path) -> None:
    files = [tmp_path / folder / "a.txt" for folder in ("one", "two")]
    for path in files:
        path.parent.mkdir()
        path.write_text("a", encoding="utf-8")
    with pytest.raises(WorkbookError, match=r"有两个文件都叫“a\.txt”"):
        make_archive(Assessment(load_dataset(city)).year(YEAR), files)


def test_the_commands_say_what_became_of_it(
    city: Path, data_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "归档.zip"
    assert main(["archive", "--data", str(city), "--year", str(YEAR), "--out", str(target)]) == 0
    assert main(["verify", str(target)]) == 0
    assert "全部一致" in capsys.readouterr().out
    assert main(["archive", "--data", str(city), "--year", str(YEAR), "--out", str(target)]) == 2  # what is kept stays
    shipped = tmp_path / "2021.zip"
    assert main(["archive", "--data", str(data_folder), "--year", "2021", "--out", str(shipped)]) == 0
    assert main(["verify", str(shipped)]) == 1
    assert "不符：连续优秀单位数为28" in capsys.readouterr().out
