"""Source: the read-only place that evidence comes from."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.times import TimeBasis


@runtime_checkable
class Source(Protocol):
    """Where evidence is read from, and never written to: there is no word here that could.

    Paths inside a source are separated by ``/`` and relative, ``""`` is its top. Bytes of a name that don't decode
    are kept as surrogate escapes. A source pickles, so that each worker gets a copy of it.
    """

    @property
    def location(self) -> str:
        """Return the location as the user gave it."""

    @property
    def live(self) -> bool:
        """Tell whether this is the running system of this very machine."""

    @property
    def drives(self) -> Mapping[str, str]:
        """Return, by drive letter, the path inside the source of each drive that is known for certain.

        These are the ones that the user named, and for a live source those of the machine.
        """

    @property
    def time_bases(self) -> tuple[TimeBasis, ...]:
        """Return how the times of each place of the source were taken, and why; none where nothing was decided."""

    def list(self, path: str) -> list[Entry]:
        """Return the entries of a directory, sorted by name.

        Raises:
            SourceError: The directory isn't there, isn't one, or can't be read.
        """

    def names(self, path: str) -> dict[str, EntryKind]:
        """Return each name in a directory and what it is, in any order: what is told without a look at each of them.

        Raises:
            SourceError: As for ``list``.
        """

    def stat(self, path: str) -> Entry | None:
        """Return the entry at a path, never following a last link, or ``None`` where there is nothing.

        Raises:
            SourceError: Whether there is something can't be told.
        """

    def read(self, path: str, limit_bytes: int, offset: int = 0) -> bytes:
        """Return at most ``limit_bytes`` bytes of a file from ``offset`` on; links are followed inside the source only.

        Raises:
            SourceError: The file has vanished, is locked, special, or outside the source.
        """

    def streams(self, path: str) -> tuple[Entry, ...]:
        """Return the alternate data streams of a file or directory, each as ``name:stream``, sorted; most have none.

        Their paths can be read like any other. A source that has no such notion answers with none.

        Raises:
            SourceError: Whether there are any can't be told.
        """

    def locate(self, path: str) -> str | None:
        """Return where a person can open this path, or ``None`` where nobody can."""

    def close(self) -> None:
        """Give back whatever the source holds open; twice does no harm."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
