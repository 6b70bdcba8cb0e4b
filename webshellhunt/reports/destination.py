"""Destination: the file that a report is written to, whole or not at all, and never inside the evidence."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TextIO

from webshellhunt.errors import UsageError, WebShellHuntError


def refuse_evidence(path: str | os.PathLike[str], locations: Iterable[str]) -> None:
    """Make sure that writing to a path changes nothing of the evidence.

    Raises:
        UsageError: the path is a location of evidence, or inside one.
    """
    target = Path(path).resolve()
    for location in filter(None, locations):
        if any(_same(place, Path(location)) for place in (target, *target.parents)):
            message = f"a report is never written into the evidence ({location}); choose a place outside of it"
            raise UsageError(message, path=os.fspath(path))


@contextmanager
def open_destination(path: str | os.PathLike[str]) -> Iterator[TextIO]:
    """Open a file that appears under its name once it is complete; after an error nothing has changed.

    Raises:
        UsageError: the file can't be created there.
    """
    target = Path(path)
    if target.is_dir():
        raise UsageError("this is a folder; name a file in it", path=os.fspath(path))
    try:
        if target.exists() and not target.is_file():
            # A device or a pipe is written to: replacing it by a file would destroy it.
            with _create(target, "w") as stream:
                yield stream
        else:
            yield from _replace(target.resolve())
    except OSError as error:
        if isinstance(error, WebShellHuntError):
            raise
        raise UsageError(f"the report can't be written: {error.strerror or error}", path=os.fspath(path)) from error


@contextmanager
def open_binary_destination(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Open a file for bytes that appears under its name once it is complete; after an error nothing has changed.

    Raises:
        UsageError: the file can't be created there.
    """
    target = Path(path).resolve()
    if target.exists() and not target.is_file():
        raise UsageError("this is no plain file; name one to be written", path=os.fspath(path))
    try:
        with _partial(target) as partial, partial.open("xb") as stream:
            yield stream
    except OSError as error:
        if isinstance(error, WebShellHuntError):
            raise
        raise UsageError(f"the file can't be written: {error.strerror or error}", path=os.fspath(path)) from error


def _replace(target: Path) -> Iterator[TextIO]:
    """Yield a stream to a file beside the target that takes its place at the end."""
    with _partial(target) as partial, _create(partial, "x") as stream:
        yield stream


@contextmanager
def _partial(target: Path) -> Iterator[Path]:
    """Give a place beside the target; what is there at the end, closed, takes the target's place."""
    partial = target.with_name(f".{target.name[:200]}.{os.getpid()}.partial")
    try:
        yield partial
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _create(path: Path, mode: str) -> TextIO:
    return path.open(mode, encoding="utf-8", errors="backslashreplace", newline="\n")  # type: ignore[return-value]


def _same(place: Path, location: Path) -> bool:
    """Tell whether two paths lead to one thing, however they are spelt."""
    try:
        return place.samefile(location)
    except OSError:
        return False
