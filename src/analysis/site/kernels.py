"""Kernels forked from the process that asks for them: it has the imports done that a kernel would spend seconds on."""

import asyncio
import atexit
import os
import sys
import tempfile
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any, cast

import ipykernel
import numpy as np
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

_LAUNCHER = "ipykernel_launcher"
_LAUNCHED = str(Path(ipykernel.__file__).parent.with_name(f"{_LAUNCHER}.py"))
_FAREWELL = 1.0
"""Seconds a kernel's control thread has to end; it does in a few thousandths, if anything asked it to."""


class ForkingProvisioner(LocalProvisioner):
    """Start a kernel as a fork of this process; a kernel of another Python is started the stock way."""

    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:
        """Launch a kernel.

        Parameters
        ----------
        cmd : list of str
            The kernel's command line.
        **options
            As for `subprocess.Popen`; `env` and `cwd` are heeded.

        Returns
        -------
        dict
            Where to connect.
        """
        if cmd[0] != sys.executable or _LAUNCHER not in cmd:
            return await super().launch_kernel(cmd, **options)
        self.cwd = options.get("cwd") or Path.cwd()
        kernel = _Kernel(cmd[cmd.index(_LAUNCHER) + 1 :], options["env"], self.cwd)
        kernel.start()
        self.process = cast("Any", kernel)  # all that is used of a Popen it has
        self.pid = self.pgid = kernel.pid
        return self.connection_info


class _Kernel(ForkProcess):
    """A kernel, with the part of `subprocess.Popen` that a provisioner uses."""

    stdin = stdout = stderr = None

    def __init__(self, arguments: list[str], environment: dict[str, str], folder: str | Path) -> None:
        super().__init__()
        self._arguments, self._environment, self._folder = arguments, environment, folder

    def poll(self) -> int | None:
        return self.exitcode

    def wait(self) -> int | None:
        self.join()
        return self.exitcode

    def send_signal(self, number: int) -> None:
        if self.pid is not None:
            os.kill(self.pid, number)

    def run(self) -> None:
        """Become what `python -m ipykernel_launcher` would be: nothing of the page-maker shows."""
        parent = os.getppid()
        os.setsid()
        os.environ.clear()
        os.environ.update(self._environment, JPY_PARENT_PID=str(parent))
        os.chdir(self._folder)
        tempfile.tempdir = None
        sys.argv = [_LAUNCHED, *self._arguments]
        atexit._clear()
        asyncio.set_event_loop(asyncio.new_event_loop())
        np.random.seed()
        IPKernelApp.launch_instance(self._arguments, parent_handle=parent)  # it ends when the page-maker does
        # one kernel in ten hung for seconds: it closed what its control thread was still saying goodbye through
        IPKernelApp.instance().control_thread.join(_FAREWELL)
        atexit._run_exitfuncs()
