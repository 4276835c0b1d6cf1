"""Matplotlib as it comes, whatever settings lie in the current folder or are those of who runs this.

Imported before all that imports matplotlib, which reads the first `matplotlibrc` it finds, and looks in the current
folder first: a pipe of that name it would wait for without end.
"""

from contextlib import chdir
from pathlib import Path

with chdir(Path(__file__).parent):  # there is one without settings
    import matplotlib  # noqa: F401
