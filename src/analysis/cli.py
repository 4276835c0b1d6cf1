"""The `workbook` command: a thin shell over functions; heavy imports wait until a command needs them."""

from __future__ import annotations

import argparse
import atexit
import gc
import io
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
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
    options = vars(_parser().parse_args(arguments))
    module, _, function = options.pop("function").rpartition(".")
    try:
        run = getattr(import_module(f"analysis.{module}"), function)
        return int(run(**options) or 0)
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


Argument = tuple[tuple[str, ...], dict[str, Any]]


def _take(*names: str, kind: Callable[[str], object] = _text, **settings: Any) -> Argument:
    return names, {"type": kind, **settings}


def _flag(name: str, told: str, **settings: Any) -> Argument:
    return (name,), {"action": "store_true", "help": told, **settings}


def _year(name: str = "--year", **settings: Any) -> Argument:
    return _take(name, metavar="年度", kind=int, **settings)


def _scheduler() -> Argument:
    usual = os.environ.get("DASK_SCHEDULER_ADDRESS") or None
    told = "交给这个 Dask 调度程序的工作节点去做（默认：环境变量 DASK_SCHEDULER_ADDRESS 所说的，没有就在本机做）"
    return _take("--scheduler", metavar="地址", default=usual, help=told)


_DATA = _take("--data", metavar="文件夹", help="数据文件夹（默认：当前文件夹或其上级的 data，都没有就用工作簿自己的）")


def _commands() -> Iterator[tuple[str, str, str, list[Argument]]]:
    """List the commands: name, function in the package, what it does, arguments."""
    required_year = _year(required=True)
    yield "build", "commands.publishing.build", "运行全部笔记本，生成 HTML 报告", [
        _DATA,
        _take("--out", metavar="文件夹", help="报告放在哪里（默认：工作簿的 reports）"),
        _year("--years", nargs="+", help="只做这些年度（默认：全部）"),
        _flag("--profiles", "另为每个单位做一页，并从首页和各表链接"),
        _flag("--force", "没有变化的页也重新生成"),
        _take("--keep-notebooks", metavar="文件夹", kind=_path, help="另把运行过的笔记本存到这里（各页都重新生成）"),
        _scheduler(),
    ]  # fmt: skip
    yield "profile", "commands.publishing.profile", "生成一个单位的画像", [
        _DATA,
        _take("--unit", metavar="单位", required=True, help="单位编号，或当年的名称"),
        required_year,
        _take("--out", metavar="文件.html", help="存成这个文件，或放进这个文件夹（默认：reports）"),
    ]  # fmt: skip
    yield "score", "commands.results.score", "计算一个年度各单位的得分、名次和等次", [
        _DATA,
        required_year,
        _take("--out", metavar="文件", kind=_path, help="另存，不舍入：.xlsx 供人看，列名是中文；.csv 供别的程序读"),
        _scheduler(),
    ]  # fmt: skip
    yield "compare", "commands.results.compare", "比较两个年度的平均分、等次和名次", [
        _DATA,
        _year("--base", dest="base_year", required=True, help="基期年度"),
        _year(required=True, help="报告年度"),
    ]  # fmt: skip
    yield "audit", "commands.results.audit", "核对通报里的每一个数，给出结论", [
        _DATA,
        _year(help="只核对这一年（默认：有通报的全部年度）"),
        _take("--json", dest="json_file", metavar="文件.json", kind=_path, help="逐条另存为 JSON"),
        _take("--csv", dest="csv_file", metavar="文件.csv", kind=_path, help="逐条另存为 CSV"),
        _flag("--strict", "有未加注记的矛盾时，退出码为 1"),
    ]  # fmt: skip
    yield "appendix", "commands.publishing.appendix", "生成通报的附件：Word、PDF、Excel 和图片", [
        _DATA,
        required_year,
        _year("--base", dest="base_year", help="与哪一年比（默认：前面最近有评分的一年）"),
        _take("--out", metavar="文件夹", kind=_path, help="放在哪里（默认：附件-<年度>）"),
    ]  # fmt: skip
    yield "exhibits", "commands.results.exhibits", "列出能展示的图、表和它们的句子", [
        _take("name", metavar="名称", nargs="?", help="只看这一个的句子"),
    ]  # fmt: skip
    yield "read-circular", "commands.data.read_circular", "从通报的文字起草 published/<年度>.yml", [
        _take("file", metavar="文件", kind=_path, help=".txt、.docx 或 .pdf"),
        _take("--out", metavar="文件.yml", kind=_path, help="存到这里（默认：显示在屏幕上；不覆盖已有文件）"),
    ]  # fmt: skip
    yield "new-year", "commands.starting.new_year", "按上一年的办法起草新一年的办法", [
        _DATA,
        _year("year"),
        _year("--from", dest="base_year", help="照哪一年起草（默认：最近一年）"),
    ]  # fmt: skip
    yield "new-city", "commands.starting.new_city", "在新文件夹里放一套能运行的最小数据，逐项换成自己的", [
        _take("folder", metavar="文件夹", kind=_path),
        _flag("--demo", "改放一座虚构的城市：两个组，六十个单位，十五个年度，各年有通报", dest="demonstration"),
    ]  # fmt: skip
    yield "new-page", "commands.starting.new_page", "在数据文件夹里新建一页自己的笔记本，build 时一起做", [
        _DATA,
        _take("name", metavar="页名"),
    ]  # fmt: skip
    yield "template", "commands.starting.template", "生成一个年度的空白 Excel 表，填好后用 import 读入", [
        _DATA,
        required_year,
        _year("--from", dest="base_year", help="指标照哪一年填（默认：最近有评分的）"),
        _take("--out", metavar="文件.xlsx", kind=_path, help="默认：评分表-<年度>.xlsx"),
    ]  # fmt: skip
    yield "import", "commands.data.import_data", "检查 Excel 表或 CSV 文件夹，无误后作为一个年度的评分数据", [
        _DATA,
        _take("file", metavar="文件", kind=_path, help=".xlsx，或装有 .csv 的文件夹"),
        required_year,
    ]  # fmt: skip
    yield "export", "commands.starting.export", "把一个年度的评分数据存成 Excel 表", [
        _DATA,
        required_year,
        _take("--out", metavar="文件.xlsx", kind=_path, help="默认：评分数据-<年度>.xlsx"),
    ]  # fmt: skip
    yield "check", "commands.data.check", "检查数据文件夹，一次列出全部问题", [_DATA]
    yield (
        "reconstruct",
        "commands.data.reconstruct",
        "按印出的各数重新生成 inputs（覆盖重构数据，不动正式数据）",
        [_DATA],
    )
    yield "lab", "desk.lab.open_lab", "打开中文 JupyterLab：选着看图表，改办法试试", [_DATA]


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="workbook", description="政府考核分析工作簿：算分、比较、发布。")
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True, parser_class=_Parser)
    for name, function, told, arguments in _commands():
        command = commands.add_parser(name, help=told, description=told)
        command.set_defaults(function=function)
        for names, settings in arguments:
            command.add_argument(*names, **settings)
    return parser
