"""Where work is done: here, or by the workers of a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import track

from analysis.facts.partitions import Mapper, MarkRules, Partition, map_here
from analysis.facts.problems import BuildError, WorkbookError

Item = TypeVar("Item")
Result = TypeVar("Result")


@contextmanager
def partition_mapper(address: str | None) -> Iterator[Mapper[Any]]:
    """Say where partitions of marks are added up.

    Parameters
    ----------
    address : str or None
        Of a Dask scheduler; None for this process.

    Yields
    ------
    callable
        See `Mapper`; it shows how far it is.
    """

    def mapper(
        function: Callable[[Partition, MarkRules], Result], partitions: Sequence[Partition], rules: MarkRules
    ) -> Iterable[Result]:
        done = map_here(function, partitions, rules) if address is None else on_workers(function, partitions, rules)
        console = Console(stderr=True)
        return track(done, "正在算分", len(partitions), console=console, transient=True, disable=len(partitions) < 2)

    def on_workers(
        function: Callable[[Partition, MarkRules], Result], partitions: Sequence[Partition], rules: MarkRules
    ) -> Iterable[Result]:
        for _, result in map_on_workers(str(address), function, partitions, rules=rules):
            yield result

    yield mapper


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
        If Dask is not installed, nobody answers, or no worker is there.
    BuildError
        If one item has brought down several workers.
    """
    try:
        from distributed import Client, KilledWorker, as_completed
    except ImportError as error:
        raise WorkbookError("没有安装 Dask，不能用 --scheduler。请运行 pip install '.[scale]'。") from error
    try:
        with Console(stderr=True).status(f"正在连接 {address}"):
            client: Any = Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError) as error:
        raise WorkbookError(f"“{address}”处没有 Dask 调度程序应答。检查地址，怎样启动见 docs/scale.md。") from error
    with client:
        if not client.scheduler_info()["workers"]:
            raise WorkbookError(f"“{address}”的调度程序没有工作节点。怎样启动见 docs/scale.md。")
        sent = {name: client.submit(_as_it_is, value, pure=False) for name, value in shared.items()}
        given = list(items)
        futures = client.map(function, given, pure=False, **sent)
        item_of = dict(zip((future.key for future in futures), given, strict=True))
        try:
            for future, result in as_completed(futures, loop=client.loop, with_results=True):
                yield item_of[future.key], result
        except RuntimeError as error:
            if "deserialization" not in str(error):
                raise
            raise WorkbookError("调度程序处没有安装同一版本的工作簿。怎样启动见 docs/scale.md。") from error
        except KilledWorker as error:
            raise BuildError("同一件事几次让工作节点中途退出，多半是内存不足。详情见工作节点的日志。") from error


def _as_it_is(value: Item) -> Item:
    """As a task, a value that its worker has lost is sent again."""
    return value
