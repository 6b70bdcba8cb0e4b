"""The protocol of sources, from which evidence is read; the end of a ``with`` block closes one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import TracebackType
from typing import Protocol, Self, TypeGuard, runtime_checkable

from webshellhunt.containers.window import Window
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.source_form import SourceForm
from webshellhunt.model.times import TimeBasis


@runtime_checkable
class Source(Protocol):
    """A read-only source of evidence; no method writes.

    Paths inside a source are relative and separated by ``/``, ``""`` is its top. Undecodable bytes of a name become
    surrogate escapes. A source can be pickled, so that each worker has a copy.
    """

    @property
    def location(self) -> str:
        """Return the location as the user entered it."""
        ...

    @property
    def live(self) -> bool:
        """Return True if this is the running system of this machine."""
        ...

    @property
    def drives(self) -> Mapping[str, str]:
        """Return, by drive letter, the path inside the source of each drive that is known for certain.

        These are the drives that the user named, and for a live source those of the machine.
        """
        ...

    @property
    def time_bases(self) -> tuple[TimeBasis, ...]:
        """Return the time basis of each location of the source; empty if none was decided."""
        ...

    def list(self, path: str) -> list[Entry]:
        """Return the entries of a directory, sorted by name.

        Raises:
            SourceError: The directory doesn't exist, isn't a directory, or can't be read.
        """
        ...

    def names(self, path: str) -> dict[str, EntryKind]:
        """Return the names in a directory with the kind of each entry, in any order, without a ``stat`` of each.

        Raises:
            SourceError: As for ``list``.
        """
        ...

    def stat(self, path: str) -> Entry | None:
        """Return the entry at a path without following a last link, or ``None`` if there is none.

        Raises:
            SourceError: The existence of the entry can't be determined.
        """
        ...

    def read(self, path: str, limit_bytes: int, offset: int = 0) -> bytes:
        """Return at most ``limit_bytes`` bytes of a file from ``offset`` on; links are followed inside the source only.

        Raises:
            SourceError: The file is gone, locked, special, or outside the source.
        """
        ...

    def streams(self, path: str) -> tuple[Entry, ...]:
        """Return the alternate data streams of a file or directory, each as ``name:stream``, sorted; most have none.

        Their paths can be read like those of files. A source without such streams returns none.

        Raises:
            SourceError: The streams can't be listed.
        """
        ...

    def locate(self, path: str) -> str | None:
        """Return the path on this machine at which a user can open this path, or ``None`` if there is none."""
        ...

    def close(self) -> None:
        """Close the open files of the source; a second call does nothing."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


@runtime_checkable
class _HasForm(Protocol):
    @property
    def form(self) -> SourceForm: ...


def form_of(source: Source) -> SourceForm:
    """Return the form of a source: its property ``form``, if it has one."""
    return source.form if isinstance(source, _HasForm) else SourceForm()


def window_on(source: Source, path: str, size_bytes: int) -> Window:
    """Return a window on a file of a source."""
    return Window(lambda offset, count: source.read(path, count, offset), size_bytes)


def join(directory: str, name: str) -> str:
    """Return the path of a name in a directory of a source; ``""`` is the top."""
    return f"{directory}/{name}" if directory and name else directory or name


def is_source(value: object) -> TypeGuard[Source]:
    """Return True if a value has the methods by which a hunt reads; its properties are not read."""
    return all(callable(getattr(value, name, None)) for name in ("list", "names", "stat", "read", "locate"))


class BaseSource(ABC):
    """A source that is closed at the end of a ``with`` block.

    By default, it is not the running system, and none of its files is on this machine.
    """

    live: bool = False

    @abstractmethod
    def list(self, path: str) -> list[Entry]:
        """Return the entries of a directory, sorted by name."""

    def names(self, path: str) -> dict[str, EntryKind]:
        """Return the names in a directory with the kind of each entry."""
        return {entry.name: entry.kind for entry in self.list(path)}

    def locate(self, path: str) -> str | None:
        """Return ``None``: nothing of this machine can open this path."""
        return None

    @abstractmethod
    def close(self) -> None:
        """Close the open files of the source; a second call does nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
