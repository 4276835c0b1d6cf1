"""Work for the workers of a Dask cluster: a function applied to items."""

import asyncio
import hashlib
import logging
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from platform import node
from typing import Any, TypeVar

from rich.console import Console

from analysis.problems import BuildError, WorkbookError
from analysis.texts import legible
from analysis.versions import fingerprint_tools

Item = TypeVar("Item")
Result = TypeVar("Result")

ANSWER = 10
"""Seconds a scheduler has to answer."""
PATIENCE = 60.0
"""Seconds without any worker until the work is given up."""
_SEE = "怎样启动见 docs/scale.md。"


def map_on_workers(
    address: str, function: Callable[..., Result], items: Iterable[Item], **shared: Any
) -> Iterator[tuple[Item, Result]]:
    """Apply a function to items on the workers of a Dask cluster; what a worker that dies was doing is done again.

    Parameters
    ----------
    address : str
        Of the scheduler, such as tcp://host:8786.
    function : callable
    items : iterable
        A path stands for a file, which has to be the same there: its SHA-256 is compared.
    **shared
        Further arguments, the same for every item; each goes to a worker once.

    Yields
    ------
    item, result
        In the order they are done.

    Raises
    ------
    Exception
        What the function raises first; the rest is cancelled.
    WorkbookError
        If Dask is not installed, nobody answers, no worker is there, or one has another version of the workbook.
    BuildError
        If the scheduler is lost, all workers are, one item has brought down several, or a file is another there.
    """
    try:
        from distributed import CancelledError, Client, KilledWorker, as_completed
        from distributed.comm.core import CommClosedError
    except ImportError as error:
        raise WorkbookError(
            "没有安装 Dask，不能用 --scheduler。请在工作簿文件夹里运行 python tasks.py setup-all。"
        ) from error
    for logger in ("distributed", "distributed.client"):  # what the reader should know is told below
        logging.getLogger(logger).setLevel(logging.CRITICAL + 1)
    shown = legible(address)
    try:
        with Console(stderr=True).status("正在联系调度程序"):
            _greet(address)
            client: Any = Client(address, timeout=ANSWER, set_as_default=False)
    except (OSError, ValueError, TypeError, MemoryError) as error:  # others' greetings are taken for lengths
        where = "检查 --scheduler 或环境变量 DASK_SCHEDULER_ADDRESS 的地址"
        raise WorkbookError(f"“{shown}”处没有 Dask 调度程序应答。{where}，{_SEE}") from error
    with client:
        try:
            _refuse_other_versions(client, shown)
            known = [(item, _fingerprint(item)) for item in items]
            with warnings.catch_warnings(action="ignore"):  # what is shared may be large
                sent = {name: client.submit(_as_it_is, value, pure=False) for name, value in shared.items()}
            futures = client.map(partial(_work_on_same, function), known, pure=False, **sent)
            for future in _finished(as_completed(futures, loop=client.loop), client):
                yield future.result()
        except KilledWorker as error:
            raise BuildError("同一件事几次让工作节点中途退出，多半是内存不足。详情见工作节点的日志。") from error
        except (CancelledError, CommClosedError) as error:
            raise BuildError("与调度程序的连接断了，没有做完。请再运行一次。") from error


def _work_on_same(function: Callable[..., Result], known: tuple[Item, str], **shared: Any) -> tuple[Item, Result]:
    """Apply a function to an item, if it is here what is known of it where it is asked for; return both."""
    item, digest = known
    if _fingerprint(item) != digest:
        raise BuildError(f"工作节点 {node()} 上 {item} 与本机不同。请同步后再运行。")
    return item, function(item, **shared)


def _fingerprint(item: object) -> str:
    """Fingerprint a file; "" for one that cannot be read (who works on it tells why), and for whatever is no file."""
    if not isinstance(item, Path):
        return ""
    try:
        with item.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _greet(address: str) -> None:
    """Exchange greetings: a client would wait for ever for those of what answers but is no scheduler."""
    from distributed.comm.core import connect
    from distributed.security import Security
    from distributed.utils import LoopRunner

    async def greet() -> None:
        options = Security().get_connection_args("client")
        comm = await asyncio.wait_for(connect(address, timeout=ANSWER, **options), ANSWER)
        await comm.close()

    runner = LoopRunner()  # here another loop may be running, as in a notebook
    runner.start()
    try:
        runner.run_sync(greet)
    finally:
        runner.stop()


def _refuse_other_versions(client: Any, address: str) -> None:
    if not client.scheduler_info()["workers"]:
        raise WorkbookError(f"“{address}”的调度程序没有工作节点。{_SEE}")
    found = client.run(fingerprint_tools, on_error="return")
    try:
        found["调度程序"] = client.run_on_scheduler(fingerprint_tools)
    except ImportError as error:
        found["调度程序"] = error
    others = [name for name, tools in found.items() if isinstance(tools, str) and tools != fingerprint_tools()]
    without = [name for name, tools in found.items() if not isinstance(tools, (str, OSError))]  # that one just died
    if without:
        raise WorkbookError(f"Dask 的 {'、'.join(without)} 处没有安装工作簿。{_SEE}")
    if others:
        raise WorkbookError(f"Dask 的 {'、'.join(others)} 处，工作簿或各库的版本与本机不同。请同步并重启，{_SEE}")


def _finished(futures: Any, client: Any) -> Iterator[Any]:
    """Take futures as they are done; give up when there has been nobody to do them for a while."""
    seen = time.monotonic()
    while not futures.is_empty():
        if futures.has_ready():
            yield next(futures)
            continue
        if client.scheduler_info()["workers"]:
            seen = time.monotonic()
        elif time.monotonic() - seen > PATIENCE:
            raise BuildError("已经没有工作节点了，多半是内存不足或都已退出，没有做完。")
        time.sleep(0.02)


def _as_it_is(value: Item) -> Item:
    """As a task, a value that its worker has lost is sent again."""
    return value
