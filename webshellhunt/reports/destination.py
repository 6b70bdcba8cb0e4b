"""The output file of a report, written completely or not at all, never inside the evidence nor over an input."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple, TextIO

from webshellhunt.errors import UsageError, WebShellHuntError
from webshellhunt.sources.windows import drive_root_letter


def refuse_evidence(path: str | os.PathLike[str], locations: Iterable[str], what: str = "a report") -> None:
    """Refuse a path whose creation would change the evidence; ``what`` is created, in words.

    Raises:
        UsageError: the path is a location of evidence, inside one, or in the folder of one that is a plain file: the
            report would change that folder. The folder of an archive or a disk image is no evidence; there, only its
            other parts are refused.
    """
    target = _resolved(path)
    for location in filter(None, locations):
        place = _place_of(location)
        if any(_same(each, place) for each in (target, *target.parents)):
            message = f"{what} is never written inside the evidence ({location}); choose a path outside it"
            raise UsageError(message, path=os.fspath(path))
        if not _is_file(place) or not _same(target.parent, _resolved(place).parent):
            continue
        from webshellhunt.sources.openers import find_opener  # which loads all sources

        if find_opener(location) is None:
            message = f"{what} is never written into the folder of the evidence ({location}); choose another folder"
            raise UsageError(message, path=os.fspath(path))
        if target.exists() and (target.suffix[1:].isdigit() or find_opener(os.fspath(target)) is not None):
            message = f"this file may be a part of the evidence ({location}); choose another name"
            raise UsageError(message, path=os.fspath(path))


def refuse_input(path: str | os.PathLike[str], inputs: Iterable[str]) -> None:
    """Refuse a path that is an input of the run: a file that the user passed, or one in a folder of them.

    Raises:
        UsageError: the report would replace an input.
    """
    target = _resolved(path)
    for name in filter(None, inputs):
        place = Path(name)
        is_inside = target.is_file() and any(_same(each, place) for each in target.parents)
        if is_inside or _same(target, place):
            raise UsageError(f"this is an input of this run ({name}); choose another path", path=os.fspath(path))


def refuse_repeated(paths: Sequence[str]) -> None:
    """Refuse two paths of one file: the second output would replace the first one.

    Many file systems, also some that Linux mounts, don't distinguish upper and lower case.

    Raises:
        UsageError: Two paths name the same file, or differ only in the case of letters.
    """
    seen: list[tuple[str, Path]] = []
    for path in paths:
        target = _resolved(path)
        for other, place in seen:
            if os.fspath(target).casefold() == os.fspath(place).casefold() or _same(target, place):
                raise UsageError(f"two outputs are the same file ({other}); choose another one", path=path)
        seen.append((path, target))


class Destination(NamedTuple):
    """A stream for reports, and a list for the text that goes before all of them; ``None`` if nothing can."""

    stream: TextIO
    first: list[str] | None = None


@contextmanager
def open_destination(path: str | os.PathLike[str]) -> Iterator[Destination]:
    """Open a text file that replaces the target once complete; after an error the target is unchanged.

    Reports are written as they come; at the end, the text of ``first`` is put before them.

    Raises:
        UsageError: the file can't be created there.
    """
    target = Path(path)
    try:
        if not os.fspath(path):
            raise UsageError("the name of the report's file is empty; pass a file name")
        if target.is_dir():
            raise UsageError("this is a folder; pass the name of a file in it", path=os.fspath(path))
        if target.exists() and not target.is_file():
            # A device or a pipe is written to: replacing it by a file would destroy it.
            with _create(target, "w") as stream:
                yield Destination(stream)
        else:
            yield from _replace(_resolved(path))
    except OSError as error:
        if isinstance(error, WebShellHuntError):
            raise
        raise UsageError(f"the report can't be written: {_why(error, target)}", path=os.fspath(path)) from error


@contextmanager
def open_binary_destination(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Open a binary file that replaces the target once complete; after an error the target is unchanged.

    Raises:
        UsageError: the file can't be created there.
    """
    target = _resolved(path)
    try:
        if target.exists() and not target.is_file():
            raise UsageError("this is not a regular file; pass the name of a regular file", path=os.fspath(path))
        with _partial(target) as partial, partial.open("xb") as stream:
            yield stream
    except OSError as error:
        if isinstance(error, WebShellHuntError):
            raise
        raise UsageError(f"the file can't be written: {_why(error, target)}", path=os.fspath(path)) from error


def _why(error: OSError, target: Path) -> str:
    """Return the operating system's message, with advice if the folder is missing."""
    if isinstance(error, FileNotFoundError) and not target.parent.is_dir():
        return "its folder does not exist; make the folder first, or choose another one"
    return error.strerror or str(error)


def _replace(target: Path) -> Iterator[Destination]:
    """Yield a temporary file in the target's folder, which replaces the target at the end."""
    first: list[str] = []
    with _partial(target) as partial:
        with _create(partial, "x") as stream:
            yield Destination(stream, first)
        if first:
            _put_before(partial, first)


def _put_before(partial: Path, first: list[str]) -> None:
    """Write a text before the content of a file, through a second temporary file; without space for it, after it."""
    whole = partial.with_name(f"{partial.name[:-8]}.first.partial")
    try:
        with _create(whole, "x") as stream:
            stream.writelines(first)
            with partial.open(encoding="utf-8", newline="\n") as written:
                shutil.copyfileobj(written, stream)
        whole.replace(partial)
    except OSError:
        whole.unlink(missing_ok=True)  # which makes room
        with _create(partial, "a") as stream:
            stream.writelines(["\n", *first])
    finally:
        whole.unlink(missing_ok=True)


@contextmanager
def _partial(target: Path) -> Iterator[Path]:
    """Yield a temporary path in the target's folder; the closed file at this path replaces the target at the end."""
    # A name may have 255 bytes; a character up to four.
    kept = target.name.encode("utf-8", "surrogateescape")[:200].decode("utf-8", "ignore")
    partial = target.with_name(f".{kept}.{os.getpid()}.partial")
    try:
        yield partial
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _create(path: Path, mode: str) -> TextIO:
    return path.open(mode, encoding="utf-8", errors="backslashreplace", newline="\n")  # type: ignore[return-value]


def _resolved(path: str | os.PathLike[str]) -> Path:
    """Return the path with links resolved.

    Raises:
        UsageError: links form a loop, or a folder on the path can't be entered.
    """
    try:
        return Path(path).resolve()
    except (OSError, RuntimeError, ValueError) as error:  # Python up to 3.12 raises RuntimeError for a circle
        words = (isinstance(error, OSError) and error.strerror) or str(error)
        raise UsageError(f"this path can't be resolved: {words}", path=os.fspath(path)) from error


def _place_of(location: str) -> Path:
    """Return the path of a location; a drive letter alone is the whole drive, as for the hunt."""
    letter = drive_root_letter(location) if os.name == "nt" else None
    return Path(location if letter is None else f"{letter}:\\")


def _is_file(place: Path) -> bool:
    try:
        return place.is_file()
    except (OSError, ValueError):
        return False


def _same(place: Path, location: Path) -> bool:
    """Return whether two paths name the same file or folder."""
    try:
        return place.samefile(location)
    except (OSError, ValueError):
        return False
