"""Volume shadow copies: the only module that imports ``pyvshadow`` (libvshadow-python, LGPL-3.0-or-later).

The copies of a volume share its blocks. The library, which dissect has no equal of, finds the blocks of one copy; it
reads through a reader of ours, and its errors are ``UnreadableError``.

Source:
    https://github.com/libyal/libvshadow, "Volume Shadow Snapshot (VSS) format".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from webshellhunt.containers.window import ReadAt
from webshellhunt.errors import MissingDependencyError, UnreadableError
from webshellhunt.sources.views import LIBRARY_FAILURES, ViewFile

NEEDS: Final = "volume shadow copies are read by an optional package: pip install 'webshellhunt[image]'"

_HEAD_AT: Final = 0x1E00
_MARK: Final = bytes.fromhex("6b87083876c1484eb7ae04046e6cc752")
_MOST_COPIES: Final = 512


class ShadowCopy(NamedTuple):
    """A shadow copy of a volume: its time, and its bytes by offset."""

    created_utc: datetime | None
    size_bytes: int
    read: ReadAt


def has_shadow_copies(read: ReadAt) -> bool:
    """Return True if a volume has shadow copies, by its head."""
    head = read(_HEAD_AT, 128)
    return head.startswith(_MARK) and any(head[48:56])


def open_shadow_copies(read: ReadAt, size_bytes: int) -> list[ShadowCopy]:
    """Return the shadow copies of a volume, the oldest first.

    Raises:
        MissingDependencyError: The package is not installed.
        UnreadableError: They can't be read.
    """
    try:
        import pyvshadow
    except ImportError as error:
        raise MissingDependencyError(NEEDS) from error
    volume = pyvshadow.volume()
    _attempt(lambda: volume.open_file_object(ViewFile(_Volume(read, size_bytes))))
    count = min(_attempt(lambda: int(volume.number_of_stores)), _MOST_COPIES)
    return [_copy(volume, number) for number in range(count)]


def _copy(volume: Any, number: int) -> ShadowCopy:  # noqa: ANN401 - an object of a library without types
    store = _attempt(lambda: volume.get_store(number))
    size = _attempt(lambda: int(store.volume_size))

    def read(offset: int, count: int) -> bytes:
        wanted = min(count, size - offset)
        if wanted <= 0 or offset < 0:
            return b""
        data: bytes = _attempt(lambda: store.read_buffer_at_offset(wanted, offset))
        return data

    when = _attempt(store.get_creation_time)
    return ShadowCopy(when.replace(tzinfo=UTC) if isinstance(when, datetime) else None, size, read)


@dataclass(frozen=True)
class _Volume:
    """A volume as a view."""

    read: ReadAt
    size_bytes: int


def _attempt(work: Callable[[], Any]) -> Any:  # noqa: ANN401 - values of a library without types
    try:
        return work()
    except LIBRARY_FAILURES as error:
        raise UnreadableError("its shadow copies are damaged") from error
