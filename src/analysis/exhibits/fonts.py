"""Where the Chinese font is; apart from the theme, so that pages can carry it without importing a chart library."""

from pathlib import Path


def font_path() -> Path | None:
    """Return the file of the Chinese font that comes with the workbook, if it is installed."""
    try:
        import pylopdf_fonts_zh_cn
    except ImportError:
        return None
    return Path(pylopdf_fonts_zh_cn.sans_path())
