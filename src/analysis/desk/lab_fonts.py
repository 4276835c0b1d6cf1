"""An extension of the Jupyter server: JupyterLab finds the workbook's style and its Chinese font."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from analysis.exhibits.fonts import font_path


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Serve our custom.css and the font; the server takes no such folders from its command line."""
    font = font_path()
    folders = [Path(__file__).parent / "lab_settings" / "custom", *([font.parent] if font else [])]
    server.web_app.settings["static_custom_path"][:0] = map(str, folders)
