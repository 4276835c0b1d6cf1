"""Matplotlib as it comes, whatever settings lie in the current folder or are those of who runs this.

Imported before all that imports matplotlib, which reads the first `matplotlibrc` it finds, and looks in the current
folder first: a pipe of that name it would wait for without end.
"""

from contextlib import chdir
from pathlib import Path

with chdir(Path(__file__).with_name("settings")):  # there is one without any, and nothing that could be imported
    import matplotlib  # noqa: F401
