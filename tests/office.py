"""LibreOffice without a window, with the workbook's own font and no other, so that it lays out the same everywhere."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from analysis.exhibits.fonts import font_path

_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{cache}</cachedir></fontconfig>"""


def convert(path: Path, kind: str, scratch: Path) -> Path:
    """Convert an office document; return the new file."""
    office = shutil.which("soffice")
    if office is None:
        message = "no LibreOffice: install libreoffice-writer-nogui and libreoffice-calc-nogui to run the office tests"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    font = font_path()
    assert font is not None
    (scratch / "fonts.conf").write_text(_FONTS.format(folder=font.parent, cache=scratch / "fonts"), encoding="utf-8")
    subprocess.run(
        [office, f"-env:UserInstallation={(scratch / 'profile').as_uri()}", "--headless", "--convert-to", kind,
         "--outdir", str(scratch), str(path)],
        env=os.environ | {"FONTCONFIG_FILE": str(scratch / "fonts.conf"), "HOME": str(scratch)},
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return scratch / f"{path.stem}.{kind}"
