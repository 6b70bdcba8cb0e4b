"""Access times: files and directories are opened so that reading them does not change their time of last access.

Linux has ``O_NOATIME`` for it, which only the owner of a file and the administrator may use; for the files of others
the mount decides (``noatime``, ``ro``). Other systems have no such option, see ``docs/how-to/keep-the-evidence.md``.

Source: open(2), fcntl(2).
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

_KEEP = getattr(os, "O_NOATIME", 0)
_FCNTL = import_module("fcntl") if _KEEP else None
_REFUSED = frozenset({errno.EPERM, errno.EINVAL, errno.EOPNOTSUPP})
_DIRECTORY_FLAGS = os.O_RDONLY
for _flag in ("O_DIRECTORY", "O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY"):
    _DIRECTORY_FLAGS |= getattr(os, _flag, 0)
_BY_DESCRIPTOR = bool(_KEEP) and os.scandir in os.supports_fd


class AccessTimes:
    """Opens files; remembers the owners whose files can't be opened this way, so that no second open fails."""

    def __init__(self) -> None:
        self._refused: set[int] = set()

    def open(self, path: str, flags: int) -> int:
        """Open a file for reading, without a change of its access time where the system allows that.

        It can be the ``opener`` of Python's ``open``.

        Raises:
            OSError: The file can't be opened.
        """
        if not _KEEP:
            return os.open(path, flags)
        if not self._refused:
            try:
                return os.open(path, flags | _KEEP)
            except OSError as error:
                if error.errno not in _REFUSED:
                    raise
        descriptor = os.open(path, flags)
        self._keep(descriptor, flags)
        return descriptor

    def _keep(self, descriptor: int, flags: int) -> None:
        """Set the option for an open file, unless its owner is one of those for whom it was refused."""
        owner = os.fstat(descriptor).st_uid
        if owner in self._refused or _FCNTL is None:
            return
        try:
            _FCNTL.fcntl(descriptor, _FCNTL.F_SETFL, flags | _KEEP)
        except OSError:
            self._refused.add(owner)


ACCESS_TIMES = AccessTimes()
"""The state of this process."""


@contextmanager
def scan_directory(path: str) -> Iterator[Iterator[os.DirEntry[str]]]:
    """Open a directory and yield its entries; their status is only to be read inside the block.

    Raises:
        OSError: The directory can't be opened.
    """
    if not _BY_DESCRIPTOR:
        with os.scandir(path) as found:
            yield found
        return
    descriptor = ACCESS_TIMES.open(path, _DIRECTORY_FLAGS)
    try:
        with os.scandir(descriptor) as listed:
            yield listed
    finally:
        os.close(descriptor)
