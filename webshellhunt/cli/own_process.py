"""Own process: its priority and its memory. Workers inherit both, as long as they are set before these start."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from contextlib import suppress
from types import ModuleType
from typing import Any, Final

from webshellhunt.cli.output import complain

NICENESS: Final = 10
_BELOW_NORMAL = 0x4000  # BELOW_NORMAL_PRIORITY_CLASS, which the processes of this one inherit


def make_way(arguments: Namespace, *, live: bool) -> None:
    """Lower the priority of this process if the user wants it, by default on a live server."""
    if live if arguments.nice is None else arguments.nice:
        with suppress(OSError, AttributeError):  # a system without priorities examines at its own
            _lower_priority()


def bound_memory(arguments: Namespace) -> None:
    """Bound the memory of this process and of each worker, as the user wants; say so where the system can't."""
    if arguments.max_memory is not None and not _bound_memory(arguments.max_memory):
        complain("--max-memory has no effect: this system does not bound the memory of a process")


def _lower_priority() -> None:
    if os.name == "nt":
        kernel = _kernel()
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), _BELOW_NORMAL)
    else:
        os.setpriority(os.PRIO_PROCESS, 0, max(os.getpriority(os.PRIO_PROCESS, 0), NICENESS))


def _bound_memory(size_bytes: int) -> bool:
    """Bound the address space of this process; return False on Windows and macOS, which don't."""
    limits = _limits()
    if limits is None:
        return False
    _, hard = limits.getrlimit(limits.RLIMIT_AS)
    most = size_bytes if hard == limits.RLIM_INFINITY else min(size_bytes, hard)
    try:
        limits.setrlimit(limits.RLIMIT_AS, (most, hard))
    except (OSError, ValueError):
        return False
    return True


def _kernel() -> Any:  # noqa: ANN401 - a library of Windows has no types
    """Return ``kernel32``, with the types of the two functions that are called."""
    import ctypes

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    kernel.SetPriorityClass.argtypes = (ctypes.c_void_p, ctypes.c_uint32)
    return kernel


def _limits() -> ModuleType | None:
    """Return the module of limits, where the system has it and keeps the one for memory."""
    if sys.platform == "darwin":
        return None
    try:
        import resource
    except ImportError:
        return None
    return resource
