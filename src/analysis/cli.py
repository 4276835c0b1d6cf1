"""The `workbook` command: a thin shell over functions; heavy imports wait until a command needs them."""

from __future__ import annotations

import argparse
import atexit
import gc
import io
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import current_thread, main_thread
from typing import Any, NoReturn

from analysis.problems import BuildError, WorkbookError, tell_refusal

MISTAKE, FAILURE = 2, 1
_ENDINGS = [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
"""What a system sends that shuts down, or a window that is closed."""

atexit.register(gc.freeze)  # what is left goes with the process, and need not be looked through before


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are in Chinese, and that takes no abbreviated options."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, allow_abbrev=False, add_help=False)
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示本帮助")

    def format_help(self) -> str:
        return super().format_help().replace("usage: ", "用法：", 1)

    def error(self, message: str) -> NoReturn:
        for english, chinese in (
            ("the following arguments are required", "缺少参数"),
            ("unrecognized arguments", "不认识的参数"),
            ("invalid choice", "没有这个选择"),
            ("invalid int value", "应为整数"),
            ("expected one argument", "后面缺少一个值"),
            ("expected at least one argument", "后面至少要有一个值"),
            ("choose from", "可选"),
            ("argument", "参数"),
        ):
            message = message.replace(english, chinese)
        self.exit(MISTAKE, f"命令有误：{message}\n用法见 {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after `workbook`; by default those of the process.

    Returns
    -------
    int
        Exit code: 0 done, 1 a notebook failed, 2 a mistake the user can mend.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a window, or a pipe, that cannot show every character
            stream.reconfigure(errors="backslashreplace")
    for number in _ENDINGS:
        if signal.getsignal(number) == signal.SIG_DFL and current_thread() is main_thread():
            signal.signal(number, _interrupt)  # nothing half-done is left behind then either
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except WorkbookError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return MISTAKE
    except BuildError as error:
        print(f"{error}\n原有文件没有改动。", file=sys.stderr)  # noqa: T201
        return FAILURE
    except BrokenPipeError:
        return FAILURE
    except OSError as error:
        print(tell_refusal(error), file=sys.stderr)  # noqa: T201
        return MISTAKE
    except (KeyboardInterrupt, RuntimeError) as error:
        if KeyboardInterrupt not in (type(error), type(error.__cause__)):
            raise  # Python 3.11 wraps what comes while a class is made
        print("已中断，原有文件没有改动。", file=sys.stderr)  # noqa: T201
        return 130


def _interrupt(*_: Any) -> NoReturn:
    raise KeyboardInterrupt


def _path(written: str) -> Path:
    """Take a path as written; one without a name, such as ".", by the name of the folder it means."""
    path = Path(_text(written))
    return path if path.name not in {"", ".."} else path.resolve()


def _text(written: str) -> str:
    if not written.strip():
        raise argparse.ArgumentTypeError("不能为空，请写明")
    return written


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="workbook", description="政府考核分析工作簿：算分、比较、发布。")
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True, parser_class=_Parser)

    def command(name: str, summary: str, run: object) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=summary, description=summary)
        added.set_defaults(run=run)
        if run not in (_read_circular, _new_city, _exhibits):
            added.add_argument(
                "--data",
                metavar="文件夹",
                type=_text,
                help="数据文件夹（默认：当前文件夹或其上级的 data，都没有就用工作簿自己的）",
            )
        return added

    _add_results(command)
    _add_data(command)
    return parser


def _add_scheduler(command: argparse.ArgumentParser) -> None:
    usual = os.environ.get("DASK_SCHEDULER_ADDRESS") or None
    text = "交给这个 Dask 调度程序的工作节点去做（默认：环境变量 DASK_SCHEDULER_ADDRESS 所说的，没有就在本机做）"
    command.add_argument("--scheduler", metavar="地址", type=_text, default=usual, help=text)


def _add_results(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands that compute and publish."""
    build = command("build", "运行全部笔记本，生成 HTML 报告", _build)
    build.add_argument("--out", metavar="文件夹", type=_text, help="报告放在哪里（默认：工作簿的 reports）")
    build.add_argument("--years", metavar="年度", type=int, nargs="+", help="只做这些年度（默认：全部）")
    build.add_argument("--profiles", action="store_true", help="另为每个单位做一页，并从首页和各表链接")
    build.add_argument("--force", action="store_true", help="没有变化的页也重新生成")
    build.add_argument(
        "--keep-notebooks", metavar="文件夹", type=_path, help="另把运行过的笔记本存到这里，可接着做（各页都重新生成）"
    )
    _add_scheduler(build)

    profile = command("profile", "生成一个单位的画像", _profile)
    profile.add_argument("--unit", metavar="单位", required=True, help="单位编号，或当年的名称")
    profile.add_argument("--year", metavar="年度", type=int, required=True)
    profile.add_argument(
        "--out", metavar="文件.html", type=_text, help="存成这个文件，或放进这个文件夹（默认：reports）"
    )

    score = command("score", "计算一个年度各单位的得分、名次和等次", _score)
    score.add_argument("--year", metavar="年度", type=int, required=True)
    score.add_argument(
        "--out", metavar="文件", type=_path, help="另存，不舍入：.xlsx 供人看，列名是中文；.csv 供别的程序读"
    )
    _add_scheduler(score)

    compare = command("compare", "比较两个年度的平均分、等次和名次", _compare)
    compare.add_argument("--base", metavar="年度", type=int, required=True, help="基期年度")
    compare.add_argument("--year", metavar="年度", type=int, required=True, help="报告年度")

    audit = command("audit", "核对通报里的每一个数，给出结论", _audit)
    audit.add_argument("--year", metavar="年度", type=int, help="只核对这一年（默认：有通报的全部年度）")
    audit.add_argument("--json", metavar="文件.json", type=_path, help="逐条另存为 JSON")
    audit.add_argument("--csv", metavar="文件.csv", type=_path, help="逐条另存为 CSV")
    audit.add_argument("--strict", action="store_true", help="有未加注记的矛盾时，退出码为 1")

    appendix = command("appendix", "生成通报的附件：Word、PDF、Excel 和图片", _appendix)
    appendix.add_argument("--year", metavar="年度", type=int, required=True)
    appendix.add_argument("--base", metavar="年度", type=int, help="与哪一年比（默认：前面最近有评分的一年）")
    appendix.add_argument("--out", metavar="文件夹", type=_path, help="放在哪里（默认：附件-<年度>）")


def _add_data(command: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands that get data in and out, and look at them."""
    reading = command("read-circular", "从通报的文字起草 published/<年度>.yml", _read_circular)
    reading.add_argument("file", metavar="文件", type=_path, help=".txt、.docx 或 .pdf")
    reading.add_argument("--out", metavar="文件.yml", type=_path, help="存到这里（默认：显示在屏幕上；不覆盖已有文件）")

    year = command("new-year", "按上一年的办法起草新一年的办法", _new_year)
    year.add_argument("year", metavar="年度", type=int)
    year.add_argument("--from", dest="base", metavar="年度", type=int, help="照哪一年起草（默认：最近一年）")

    city = command("new-city", "在新文件夹里放一套能运行的最小数据，逐项换成自己的", _new_city)
    city.add_argument("folder", metavar="文件夹", type=_path)
    city.add_argument(
        "--demo", action="store_true", help="改放一座虚构的城市：两个组，六十个单位，十五个年度，各年有通报"
    )

    own = command("new-page", "在数据文件夹里新建一页自己的笔记本，build 时一起做", _new_page)
    own.add_argument("name", metavar="页名", type=_text)

    listed = command("exhibits", "列出能展示的图、表和它们的句子", _exhibits)
    listed.add_argument("name", metavar="名称", nargs="?", type=_text, help="只看这一个的句子")

    template = command("template", "生成一个年度的空白 Excel 表，填好后用 import 读入", _template)
    template.add_argument("--year", metavar="年度", type=int, required=True)
    template.add_argument("--from", dest="base", metavar="年度", type=int, help="指标照哪一年填（默认：最近有评分的）")
    template.add_argument("--out", metavar="文件.xlsx", type=_path, help="默认：评分表-<年度>.xlsx")

    importing = command("import", "检查 Excel 表或 CSV 文件夹，无误后作为一个年度的评分数据", _import)
    importing.add_argument("file", metavar="文件", type=_path, help=".xlsx，或装有 .csv 的文件夹")
    importing.add_argument("--year", metavar="年度", type=int, required=True)

    export = command("export", "把一个年度的评分数据存成 Excel 表", _export)
    export.add_argument("--year", metavar="年度", type=int, required=True)
    export.add_argument("--out", metavar="文件.xlsx", type=_path, help="默认：评分数据-<年度>.xlsx")

    command("check", "检查数据文件夹，一次列出全部问题", _check)
    command("reconstruct", "按印出的各数重新生成 inputs（覆盖重构数据，不动正式数据）", _reconstruct)
    command("lab", "打开中文 JupyterLab：选着看图表，改办法试试", _lab)


def _build(options: argparse.Namespace) -> None:
    from analysis.site.processes import warm_up

    if options.force or not any(Path(options.out or "reports").glob("*.html")):
        warm_up()  # at once: there is something to make

    from analysis.site.build import build_workbook

    index = build_workbook(
        options.data,
        options.out,
        options.years,
        profiles=options.profiles,
        force=options.force,
        keep_notebooks=options.keep_notebooks,
        scheduler=options.scheduler,
    )
    told = f"报告已生成：{index}" if index else "数据、笔记本和程序都没有变化，报告仍是最新（加 --force 可重新生成）。"
    print(told)  # noqa: T201


def _profile(options: argparse.Namespace) -> None:
    from analysis.site.build import build_profile

    page = build_profile(options.data, options.unit, options.year, options.out)
    print(f"单位画像已生成：{page}")  # noqa: T201


def _score(options: argparse.Namespace) -> None:
    from analysis.commands.terminal import print_scores, save_scores

    if options.out:
        save_scores(options.data, options.year, options.out, options.scheduler)
    else:
        print_scores(options.data, options.year, options.scheduler)


def _compare(options: argparse.Namespace) -> None:
    from analysis.commands.terminal import print_comparison

    print_comparison(options.data, options.base, options.year)


def _audit(options: argparse.Namespace) -> int:
    from analysis.commands.terminal import print_audit

    unexplained = print_audit(options.data, options.year, options.json, options.csv)
    return FAILURE if options.strict and unexplained else 0


def _appendix(options: argparse.Namespace) -> None:
    from analysis.commands.terminal import print_appendix

    print_appendix(options.data, options.year, options.base, options.out)


def _read_circular(options: argparse.Namespace) -> None:
    from analysis.commands.terminal import print_draft

    print_draft(options.file, options.out)


def _new_year(options: argparse.Namespace) -> None:
    from analysis.commands.terminal import print_new_year

    print_new_year(options.data, options.year, options.base)


def _new_city(options: argparse.Namespace) -> None:
    from analysis.commands.terminal import print_new_city

    print_new_city(options.folder, demonstration=options.demo)


def _new_page(options: argparse.Namespace) -> None:
    from analysis.commands.terminal import print_own_page

    print_own_page(options.data, options.name)


def _exhibits(options: argparse.Namespace) -> None:
    from analysis.commands.terminal import print_exhibits

    print_exhibits(options.name)


def _template(options: argparse.Namespace) -> None:
    from analysis.commands.terminal import print_template

    print_template(options.data, options.year, options.base, options.out)


def _import(options: argparse.Namespace) -> None:
    from analysis.commands.terminal import print_import

    print_import(options.data, options.file, options.year)


def _export(options: argparse.Namespace) -> None:
    from analysis.commands.terminal import print_export

    print_export(options.data, options.year, options.out)


def _check(options: argparse.Namespace) -> None:
    from analysis.commands.terminal import print_check

    print_check(options.data)


def _reconstruct(options: argparse.Namespace) -> None:
    from analysis.commands.terminal import print_reconstruction

    print_reconstruction(options.data)


def _lab(options: argparse.Namespace) -> int:
    from analysis.desk.lab import open_lab

    return open_lab(options.data)
