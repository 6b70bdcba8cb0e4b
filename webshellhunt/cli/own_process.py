"""Own process: its priority and its memory. Workers inherit both, as long as they are set before these start."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from contextlib import suppress
from types import ModuleType
from typing import Final

from webshellhunt.cli.output import complain
from webshellhunt.sources import windows

NICENESS: Final = 10


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
        windows.lower_own_priority()
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


def _limits() -> ModuleType | None:
    """Return the module of limits, where the system has it and keeps the one for memory."""
    if sys.platform == "darwin":
        return None
    try:
        import resource
    except ImportError:
        return None
    return resource
