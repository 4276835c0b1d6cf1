"""Builds against stock papermill and nbconvert, and against a plain script, in one run.

Usage: python benchmarks/pages.py [--all], where --all runs every profile the stock way instead of a sample of them.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import mean

import yaml

from analysis.data.dataset import load_dataset
from analysis.site.pages import Page, choose_years, plan_site
from measuring import ROOT, clock, peak, write_results

SAMPLE = 6
"""Profiles that are run the stock way; all take about as long."""


def run_stock(pages: list[Page], scratch: Path) -> float:
    """Run pages from the command line, one after the other, as the manuals of papermill and nbconvert say."""
    took = 0.0
    for page in pages:
        done = scratch / Path(page.file).with_suffix(".ipynb")
        parameters = [word for name, value in page.parameters.items() for word in ("-p", name, str(value))]
        took += clock("papermill", page.notebook, done, *parameters, "--cwd", page.notebook.parent)
        took += clock("jupyter-nbconvert", "--to", "html", done)
    return took


def race(pages: list[Page], scratch: Path, *build: str | Path) -> tuple[float, float]:
    """Time a build and the stock way, the build before and after: shared machines grow faster and slower."""
    before, stock, after = clock(*build), run_stock(pages, scratch), clock(*build)
    return mean([before, after]), stock


def make_profiles_only(scratch: Path) -> Path:
    """Copy the notebooks, so that profiles are all there is to build."""
    notebooks = Path(shutil.copytree(ROOT / "notebooks", scratch / "notebooks"))
    contents = notebooks / "workbook.yml"
    said = yaml.safe_load(contents.read_text(encoding="utf-8"))
    said["pages"] = [page for page in said["pages"] if page["repeat"] == "unit"]
    contents.write_text(yaml.safe_dump(said, allow_unicode=True), encoding="utf-8")
    return notebooks


def main() -> None:
    """Measure and write benchmarks/pages.md."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or stock would compile the workbook for every page
    dataset = load_dataset(ROOT / "data")
    years = choose_years(dataset, None)
    pages = plan_site(dataset, years).pages
    profiles = [page for page in plan_site(dataset, years, profiles=True).pages if page.unit_id]
    sample = profiles if "--all" in sys.argv else profiles[:: len(profiles) // SAMPLE][:SAMPLE]

    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        build = ("workbook", "build", "--data", ROOT / "data", "--out", scratch / "reports", "--no-profiles")
        notebooks = make_profiles_only(scratch)
        build_profiles = (*build[:4], "--notebooks", notebooks, "--force", "--out", scratch / "profiles-reports")
        bare = min(clock("python", "-c", "pass") for _ in range(5))
        helped = min(clock("workbook", "--help") for _ in range(5))
        clock(*build)  # not counted: from now on everything is compiled, and comes from memory
        unchanged = min(clock(*build) for _ in range(3))
        plain = clock("python", ROOT / "benchmarks/plain.py")
        built, stock = race(pages, scratch, *build, "--force")
        built_profiles, stock_sample = race(sample, scratch, *build_profiles)
        stock_profiles = stock_sample * len(profiles) / len(sample)
        everything = mean(clock(*build[:-1], "--force") for _ in range(2))
        memory = peak(*build, "--force")

    each = f"{len(sample)} of {len(profiles)} measured" if len(sample) < len(profiles) else "all measured"
    write_results(
        "pages",
        "Builds, measured",
        ("what", "seconds", "against", "seconds", "ratio", "target"),
        [
            _row(f"build of {len(pages)} pages", built, "stock papermill + nbconvert", stock, stock / built, "≥ 10"),
            _row(
                f"build of all {len(pages) + len(profiles)}", everything, f"stock ({each})", stock + stock_profiles,
                (stock + stock_profiles) / everything, "≥ 10",
            ),
            _row(f"build of {len(pages)} pages", built, "plain script", plain, built / plain, "≤ 1.5"),
            _row(
                f"build of {len(profiles)} profiles", built_profiles, f"stock ({each})", stock_profiles,
                stock_profiles / built_profiles, "≥ 15",
            ),
            _row("`workbook --help`", helped, "`python -c pass`", bare, helped / bare, "≤ 5"),
            _row("build, nothing changed", unchanged, "`python -c pass`", bare, unchanged / bare, "about 1 s"),
        ],
        f"Peak memory of the build, with every process it starts: {memory:.0f} MB (shared pages counted once).\n\n"
        "Stock is `papermill NOTEBOOK` and `jupyter-nbconvert --to html`, page after page, at their\n"
        "defaults. The plain script runs the same cells in one process and writes no pages. Builds are the mean\n"
        "of one before stock and one after. Every row is from one run of `make bench` on a machine with nothing\n"
        "else to do.",
    )  # fmt: skip


def _row(what: str, took: float, other: str, others: float, ratio: float, target: str) -> tuple[str, ...]:
    return what, f"{took:.2f}", other, f"{others:.2f}", f"{ratio:.1f}", target


if __name__ == "__main__":
    main()
