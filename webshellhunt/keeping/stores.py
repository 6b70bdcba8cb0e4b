"""Stores: where the members of an evidence bag are written, an encrypted archive or a plain folder.

Both are written under a temporary name next to the target, which gets its own name once it is complete and verified.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Protocol

from webshellhunt.containers.aes_zip_writer import AesZipWriter, MemberStream
from webshellhunt.errors import SourceError, UsageError, WebShellHuntError
from webshellhunt.keeping.readme import TITLE
from webshellhunt.reports.destination import partial_path, private, why
from webshellhunt.sources.source import Source

README = "README.txt"
"""The member that explains the bag."""


class Store(Protocol):
    """A bag that is being written; ``partial`` is its temporary path."""

    partial: Path

    def open_member(self, name: str, size_bytes: int) -> MemberStream:
        """Return the stream of a new member of at most ``size_bytes`` bytes."""
        ...

    def close(self) -> None:
        """Complete the bag; it can then be opened at ``partial``."""
        ...


class ArchiveStore:
    """A bag in an archive that is encrypted with AES-256; only ``README.txt`` is readable without the password."""

    def __init__(self, partial: Path, stream: IO[bytes], archive: AesZipWriter) -> None:
        self.partial = partial
        self._stream = stream
        self._archive = archive

    def open_member(self, name: str, size_bytes: int) -> MemberStream:
        """Return the stream of a new member."""
        return self._archive.open_member(name, size_bytes, encrypted=name != README)

    def close(self) -> None:
        """Complete the archive."""
        self._archive.close()
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()


class FolderStore:
    """A bag in a folder, not encrypted."""

    def __init__(self, partial: Path) -> None:
        self.partial = partial
        self._last: MemberStream | None = None

    def open_member(self, name: str, size_bytes: int) -> MemberStream:
        """Return the stream of a new file."""
        path = self.partial / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        self._last = open(path, "xb", opener=private)  # noqa: SIM115
        return self._last

    def close(self) -> None:
        """Close the last file; the others are complete."""
        if self._last is not None:
            self._last.close()


@contextmanager
def open_store(to: str | os.PathLike[str], password: str | None) -> Iterator[Store]:
    """Open a store that gets the name ``to`` at the end; after an error nothing remains.

    Args:
        to: The archive or folder, which must not exist.
        password: The password of the archive; ``None`` for a folder.

    Raises:
        UsageError: The target exists, or can't be written.
        MissingDependencyError: The extra for encryption is not installed.
    """
    target = new_target(to)
    try:
        if password is None:
            with _folder(target) as folder:
                yield folder
        else:
            with _archive(target, password) as archive:
                yield archive
    except OSError as error:
        if isinstance(error, WebShellHuntError):
            raise
        raise UsageError(f"the evidence bag can't be written: {why(error, target)}", path=os.fspath(to)) from error


def new_target(to: str | os.PathLike[str]) -> Path:
    """Return the absolute path of a new bag.

    Raises:
        UsageError: It exists, or its name is empty.
    """
    if not os.fspath(to):
        raise UsageError("the name of the evidence bag is empty; pass a file name")
    try:
        target = Path(to).resolve()
        exists = os.path.lexists(target)
    except (OSError, RuntimeError, ValueError) as error:
        raise UsageError(f"this path can't be resolved: {error}", path=os.fspath(to)) from error
    if exists:
        raise UsageError("this exists, and an evidence bag replaces nothing; choose a new name", path=os.fspath(to))
    return target


@contextmanager
def _archive(target: Path, password: str) -> Iterator[Store]:
    partial = partial_path(target)
    try:
        with open(partial, "x+b", opener=private) as stream:
            archive = AesZipWriter(stream, password)
            with ExitStack() as stack:
                stack.callback(archive.abandon)
                yield ArchiveStore(partial, stream, archive)
                stack.pop_all()
        _publish(partial, target)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _folder(target: Path) -> Iterator[Store]:
    partial = partial_path(target)
    partial.mkdir(mode=0o700)
    store = FolderStore(partial)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, partial, ignore_errors=True)
        stack.callback(_close, store)
        yield store
        _require_free(target)
        partial.rename(target)
        stack.pop_all()


def _close(store: Store) -> None:
    """Close a store of which nothing is kept."""
    with suppress(OSError):
        store.close()


def _publish(partial: Path, target: Path) -> None:
    """Give a complete archive its name, unless another file has taken it meanwhile."""
    try:
        os.link(partial, target)  # fails if the target exists, unlike a rename
    except OSError:  # it exists, or the file system has no hard links
        _require_free(target)
        partial.rename(target)


def _require_free(target: Path) -> None:
    """Require that no other file has taken the name meanwhile."""
    if os.path.lexists(target):
        raise UsageError("this exists by now, and an evidence bag replaces nothing", path=str(target))


def is_bag(source: Source) -> bool:
    """Return True if a source is an evidence bag, by the title of its text."""
    try:
        return source.stat(README) is not None and source.read(README, len(TITLE)) == TITLE.encode("ascii")
    except SourceError:
        return False
