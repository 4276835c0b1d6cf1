"""An older document made a .docx by LibreOffice, where it is installed: with nothing run, and nothing fetched."""

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

_SECONDS = 60
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks"
 oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
</oor:items>
"""


def convert_to_docx(content: bytes) -> bytes | None:
    """Convert a .doc or .wps.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    bytes or None
        None if LibreOffice is not installed, fails, or takes too long.
    """
    office = shutil.which("soffice")
    if office is None:
        return None
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "profile/user").mkdir(parents=True)
        (folder / "profile/user/registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
        (folder / "circular.doc").write_bytes(content)
        command = [
            office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
            "--convert-to", "docx", "--outdir", scratch, str(folder / "circular.doc"),
        ]  # fmt: skip
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, start_new_session=True, stdin=quiet, stdout=quiet, stderr=quiet) as process:
            try:
                process.wait(_SECONDS)
            except subprocess.TimeoutExpired:
                return None
            finally:
                _end_all(process)
        made = folder / "circular.docx"
        return made.read_bytes() if made.is_file() else None


def _end_all(process: subprocess.Popen[bytes]) -> None:
    """End a process and those that it has started."""
    with suppress(OSError, AttributeError):  # gone already; or a system without groups of processes
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
