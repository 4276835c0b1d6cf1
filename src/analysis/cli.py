"""The `workbook` command: a thin shell over functions; heavy imports wait until a command needs them."""

import argparse
import atexit
import gc
import io
import os
import signal
import sys
import tomllib
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from threading import current_thread, main_thread
from types import CodeType, FrameType
from typing import Any, NoReturn

from analysis.periods import AnyYear, read_year
from analysis.placing import PUTTING, begin_placing, tell_unchanged
from analysis.problems import BuildError, WorkbookError, is_short_of_memory, tell_refusal
from analysis.texts import legible_lines

MISTAKE, FAILURE, INTERRUPTED = 2, 1, 130
_WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
"""The commands, and how argparse complains in Chinese."""
_ENDINGS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGALRM") if hasattr(signal, name)]
"""What Ctrl-C sends, a system that shuts down, a window that is closed; and what comes again (see `_interrupt`)."""
_UNHEEDED = (signal.SIG_DFL, signal.default_int_handler)
_AGAIN = 0.05
"""Seconds after which an interruption comes again."""

atexit.register(gc.freeze)  # what is left goes with the process, and need not be looked through before


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
    os.environ["PYTHONSAFEPATH"] = "1"  # no Python that a command starts imports anything from the current folder
    for number in _ENDINGS:
        if signal.getsignal(number) in _UNHEEDED and current_thread() is main_thread():
            signal.signal(number, _interrupt)  # nothing half-done is left behind then either
    begin_placing()
    options = vars(_parser().parse_args(arguments))
    module, _, function = options.pop("function").rpartition(".")
    try:
        run = getattr(import_module(f"analysis.{module}"), function)
        return int(run(**options) or 0)
    except BrokenPipeError:
        return FAILURE
    except (KeyboardInterrupt, Exception) as error:
        message, code = _explain(error)
        if not message:
            raise
        print(legible_lines(message), file=sys.stderr)  # noqa: T201
        return code


def _interrupt(_number: int, frame: FrameType | None) -> None:
    """Interrupt, but as soon as what is being imported or put in place is: compiled modules would fail or abort."""
    while frame is not None and not _is_whole(frame.f_code):
        frame = frame.f_back
    if frame is None or not hasattr(signal, "setitimer"):
        raise KeyboardInterrupt
    signal.setitimer(signal.ITIMER_REAL, _AGAIN)


def _is_whole(code: CodeType) -> bool:
    return code.co_name == PUTTING or code.co_filename.startswith("<frozen importlib")


def _explain(error: BaseException) -> tuple[str, int]:
    """Say what ended a command, and with which exit code; nothing of what nobody has foreseen."""
    if isinstance(error, WorkbookError):
        return str(error), MISTAKE
    if isinstance(error, BuildError):
        return f"{error}\n{tell_unchanged()}。", FAILURE
    if KeyboardInterrupt in (type(error), type(error.__cause__)):  # Python 3.11 wraps what comes while a class is made
        return f"已中断，{tell_unchanged()}。", INTERRUPTED
    if is_short_of_memory(error):
        return f"内存不足，没有做完；{tell_unchanged()}。请关掉别的程序，再运行一次。", MISTAKE
    if "timestamps before 1980" in str(error):  # the archives that documents are know none
        return f"这台电脑的时钟早于1980年，写不成文件；{tell_unchanged()}。请校准时钟，再运行一次。", MISTAKE
    return (tell_refusal(error), MISTAKE) if isinstance(error, OSError) else ("", FAILURE)


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are in Chinese, and that takes no abbreviated options."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, allow_abbrev=False, add_help=False)
        self._positionals.title, self._optionals.title = "参数", "选项"
        self.add_argument("-h", "--help", action="help", help="显示本帮助")

    def format_help(self) -> str:
        return super().format_help().replace("usage: ", "用法：", 1)

    def error(self, message: str) -> NoReturn:
        for english, chinese in _WORDS["complaints"].items():
            message = message.replace(english, chinese)
        self.exit(MISTAKE, f"命令有误：{legible_lines(message)}\n用法见 {self.prog} --help\n")

    def take(self, name: str, kind: str = "text", environment: str = "", **settings: Any) -> None:
        """Add an argument of cli.toml."""
        if kind == "flag":
            self.add_argument(name, action="store_true", **settings)
            return
        if kind == "switch":
            self.add_argument(name, action=argparse.BooleanOptionalAction, **settings)
            return
        if kind == "year":
            settings["metavar"] = "年度"
        self.add_argument(name, type=_KINDS[kind], default=os.environ.get(environment) or None, **settings)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="workbook", description="政府考核分析工作簿：算分、比较、发布。")
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True, parser_class=_Parser)
    for name, entry in _WORDS["commands"].items():
        command = commands.add_parser(name, help=entry["help"], description=entry["help"])
        command.set_defaults(function=entry["function"])
        for argument in entry["takes"]:
            command.take(**(_WORDS["shared"][argument] if isinstance(argument, str) else argument))
    return parser


def _text(written: str) -> str:
    if not written.strip():
        raise argparse.ArgumentTypeError("不能为空，请写明")
    return written


def _path(written: str) -> Path:
    """Take a path as written; one without a name, such as ".", by the name of the folder it means."""
    path = Path(_text(written))
    return path if path.name not in {"", ".."} else path.resolve()


def _year(written: str) -> AnyYear:
    year = read_year(written)
    return int(written) if year is None else year


_KINDS: dict[str, Callable[[str], object]] = {"text": _text, "path": _path, "year": _year}


if __name__ == "__main__":
    sys.exit(main())
