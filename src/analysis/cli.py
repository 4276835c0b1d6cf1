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
from typing import Any, NoReturn

from analysis.periods import AnyYear, read_year
from analysis.problems import BuildError, WorkbookError, tell_refusal

MISTAKE, FAILURE, INTERRUPTED = 2, 1, 130
_WORDS = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
"""The commands, and how argparse complains in Chinese."""
_ENDINGS = [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
"""What a system sends that shuts down, or a window that is closed."""

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
    for number in _ENDINGS:
        if signal.getsignal(number) == signal.SIG_DFL and current_thread() is main_thread():
            signal.signal(number, signal.default_int_handler)  # nothing half-done is left behind then either
    options = vars(_parser().parse_args(arguments))
    module, _, function = options.pop("function").rpartition(".")
    try:
        run = getattr(import_module(f"analysis.{module}"), function)
        return int(run(**options) or 0)
    except WorkbookError as error:
        return _stop(str(error), MISTAKE)
    except BuildError as error:
        return _stop(f"{error}\n原有文件没有改动。", FAILURE)
    except BrokenPipeError:
        return FAILURE
    except OSError as error:
        return _stop(tell_refusal(error), MISTAKE)
    except (KeyboardInterrupt, RuntimeError) as error:
        if KeyboardInterrupt not in (type(error), type(error.__cause__)):
            raise  # Python 3.11 wraps what comes while a class is made
        return _stop("已中断，原有文件没有改动。", INTERRUPTED)


def _stop(message: str, code: int) -> int:
    print(message, file=sys.stderr)  # noqa: T201
    return code


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
        self.exit(MISTAKE, f"命令有误：{message}\n用法见 {self.prog} --help\n")

    def take(self, name: str, kind: str = "text", environment: str = "", **settings: Any) -> None:
        """Add an argument of cli.toml."""
        if kind == "flag":
            self.add_argument(name, action="store_true", **settings)
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
