"""A process of its own for every page, forked from one that has everything imported."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Any, TypeVar

from analysis.facts.problems import BuildError

CAN_FORK = sys.platform == "linux"
"""Elsewhere forks are missing, or not safe once libraries of the system are loaded."""

Item = TypeVar("Item")
Result = TypeVar("Result")


def warm_up() -> None:
    """Start the process that imports once what all others need, being forks of it; do not wait until it has."""
    if CAN_FORK:
        from multiprocessing import forkserver

        forkserver.set_forkserver_preload(["analysis.publishing.warm"])
        forkserver.ensure_running()


def map_apart(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[tuple[Item, Result]]:
    """Apply a function to items, each in a process of its own, one more at once than there are cores.

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
    try:
        while waiting or running:
            while waiting and len(running) <= (os.cpu_count() or 1):  # one more: each waits a little for its kernel
                item = waiting.popleft()
                receiver, sender = context.Pipe(duplex=False)
                process = context.Process(target=_send_result, args=(function, item, sender))
                process.start()
                sender.close()  # the other's alone now: should that process die, there is nothing more to receive
                running[receiver] = item, process
            ready: list[Any] = wait(list(running))
            for receiver in ready:
                try:
                    failure, result = receiver.recv()
                except EOFError:
                    raise BuildError("制作页面的进程被系统中止，多半是内存不足。请关掉别的程序，再运行一次。") from None
                item, process = running.pop(receiver)
                process.join()
                if failure:
                    raise failure
                yield item, result
    finally:
        for _, process in running.values():
            process.terminate()
        for _, process in running.values():
            process.join()


def _send_result(function: Callable[[Any], Any], item: Any, sender: Connection) -> None:
    """Send the result, or what went wrong; end when the command is killed, and its kernel with it."""
    Thread(target=_wait_and_end, daemon=True).start()
    try:
        sender.send((None, function(item)))
    except Exception as error:
        sender.send((error, None))


def _wait_and_end() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
