"""What the process that pages and kernels are forked from has at hand: getting it takes longer than running a page.

Imported by Python's fork server, and by nothing else.
"""

import gc
import os
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, cast

from analysis.site.processes import IMPERSONAL, one_thread

_FLOORS = ("data", "scoring", "methods", "exhibits", "site.kernels")
"""What notebooks import, what turns them into pages, and what kernels are."""


def _import_all() -> None:
    os.environ.update(one_thread())  # NumPy asks when it is imported, and never again
    os.environ.update(IMPERSONAL)
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # the debugger need not remark on how Python was started
    sys.modules["rfc3987_syntax"] = cast("Any", None)  # jsonschema does without, for nbformat: two seconds less
    for library in ("ipykernel.debugger", "papermill", "pdb", "psutil", "IPython.core.debugger"):
        import_module(library)
    for module in walk_packages(import_module("analysis").__path__, "analysis."):
        if module.name.removeprefix("analysis.").startswith(_FLOORS):
            import_module(module.name)
    del sys.modules["rfc3987_syntax"], os.environ["PYDEVD_DISABLE_FILE_VALIDATION"]
    import_module("pandas").set_option("display.max_columns", 20)  # as pandas does when a kernel imports it


def _fill_caches() -> None:
    """Make a chart and a page of nothing: fonts are opened, templates compiled, kernels found once."""
    import pandas as pd
    from jupyter_client.provisioning.factory import KernelProvisionerFactory
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    from analysis.exhibits.chart import ChartData, finish, new_figure
    from analysis.exhibits.html import render_cells, render_page

    with new_figure(2.0) as (figure, (ax,)):
        ax.plot([0, 1], [0, 1])
    finish(figure, "图", "图", "图", "图", ChartData(pd.DataFrame(), "picture", ""))._repr_html_()
    body = render_cells(new_notebook(cells=[new_code_cell("1"), new_markdown_cell("# &amp;\n- 一")]))
    render_page(body, title="", site="", notice="", facts={})
    KernelProvisionerFactory.instance()  # it reads what every installed package says of itself


os.setsid()  # what a terminal sends to all of a command's processes, the command alone answers
os.chdir(Path(__file__).parent)  # libraries read settings from where they are imported; forks go where they are asked
gc.disable()  # all of this stays
_import_all()
_fill_caches()
gc.enable()
gc.freeze()  # a kernel's collections need not look through all this
