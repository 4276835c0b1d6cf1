"""A process of its own for every page, forked from one that has everything imported."""

import os
import signal
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from threading import Thread, current_thread, main_thread
from typing import Any, TypeVar

from analysis.problems import BuildError
from analysis.storage import scratch_folder

CAN_FORK = sys.platform == "linux"
"""Elsewhere forks are missing, or not safe once libraries of the system are loaded."""

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Variables that say how many threads NumPy computes with, read when it is imported."""

SAFE_PATHS = {"PYTHONSAFEPATH": "1"}
"""With it Python imports nothing from the folder it is started in, whatever lies there."""

IMPERSONAL = {
    "PYTHONSTARTUP": "",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "JUPYTER_PREFER_ENV_PATH": "1",
}
"""With these what a person has set up for their own sessions is not on the pages they make: a file run at every start,
where charts go, a kernel or a template of the same name as ours."""

_LONGEST = 107 - len("/pymp-xxxxxxxx/listener-xxxxxxxx")
"""Bytes that the name of a temporary folder may have for multiprocessing to make a socket in it."""

_ENDED = "制作页面的进程被系统中止，多半是内存不足，或打开的文件太多。请关掉别的程序，再运行一次。"

_MOMENT = 0.5
"""Seconds in which a signal that was sent to several processes has reached all of them."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def one_thread() -> dict[str, str]:
    """Return variables for one thread, if the environment says nothing of it: more would wait for those of others."""
    return {} if any(variable in os.environ for variable in THREADS) else dict.fromkeys(THREADS, "1")


def warm_up() -> None:
    """Start the process that imports once what all others need, being forks of it; do not wait until it has.

    It pays no heed to Ctrl-C, which a terminal sends to all of a command's processes, nor do its forks: they are ended
    by whoever asked for them. Its socket stands in /tmp if its name would be too long elsewhere (107 bytes in all).
    From now on no process that this one starts imports anything from the current folder.
    """
    os.environ.update(SAFE_PATHS)
    if not CAN_FORK:
        return
    from multiprocessing import forkserver

    forkserver.set_forkserver_preload(["analysis.site.warm"])
    folder = tempfile.tempdir
    hears_terminal = current_thread() is main_thread()  # where signals cannot be set, none comes from a terminal
    heeded = signal.signal(signal.SIGINT, signal.SIG_IGN) if hears_terminal else None
    if len(os.fsencode(tempfile.gettempdir())) > _LONGEST:
        tempfile.tempdir = "/tmp"
    try:
        forkserver.ensure_running()
    finally:
        tempfile.tempdir = folder
        if hears_terminal:
            signal.signal(signal.SIGINT, heeded)


def map_apart(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[tuple[Item, Result]]:
    """Apply a function to items, each in a process of its own, two at once for every core.

    Parameters
    ----------
    function : callable
    items : iterable

    Yields
    ------
    item, result
        In the order they are done.

    Raises
    ------
    Exception
        What the function raises first; the rest is stopped.
    BuildError
        If a process was killed.
    """
    context: Any = get_context("forkserver" if CAN_FORK else "spawn")
    warm_up()
    waiting = deque(items)
    running: dict[Any, tuple[Item, BaseProcess]] = {}
    with scratch_folder() as scratch, _stopped(running):  # it goes with all that those which are stopped leave behind
        while waiting or running:
            while waiting and len(running) < 2 * (os.cpu_count() or 1):  # each waits half its time for its kernel
                item = waiting.popleft()
                receiver, sender = context.Pipe(duplex=False)
                process = context.Process(target=_send_result, args=(function, item, sender, str(scratch)))
                try:
                    process.start()
                except (EOFError, ConnectionError):
                    raise BuildError(_ENDED) from None
                sender.close()  # the other's alone now: should that process die, there is nothing more to receive
                running[receiver] = item, process
            ready: list[Any] = wait(list(running))
            for receiver in ready:
                try:
                    failure, result = receiver.recv()
                except EOFError:
                    time.sleep(_MOMENT)  # what ends all processes of a terminal is about to end this one, too
                    raise BuildError(_ENDED) from None
                item, process = running.pop(receiver)
                process.join()
                if failure:
                    raise failure
                yield item, result


@contextmanager
def _stopped(running: Mapping[Any, tuple[Any, BaseProcess]]) -> Iterator[None]:
    """Stop whatever is running at the end."""
    try:
        yield
    finally:
        for _, process in running.values():
            process.terminate()
        for _, process in running.values():
            process.join()


def _send_result(function: Callable[[Any], Any], item: Any, sender: Connection, scratch: str) -> None:
    """Send the result, or what went wrong; end when the command is killed, and its kernel with it."""
    tempfile.tempdir = scratch
    Thread(target=_wait_and_end, daemon=True).start()
    answer: tuple[Exception | None, Any]
    try:
        answer = None, function(item)
    except Exception as error:
        answer = error, None
    with suppress(BrokenPipeError):  # the command was ended while this process was being forked for it
        sender.send(answer)


def _wait_and_end() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
