"""The output file of a report, written completely or not at all, never inside the evidence nor over an input."""

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, NamedTuple, TextIO

from webshellhunt.errors import UsageError, WebShellHuntError
from webshellhunt.sources.evidence_places import is_same, resolved


def refuse_input(path: str | os.PathLike[str], inputs: Iterable[str]) -> None:
    """Refuse a path that is an input of the run: a file that the user passed, or one in a folder of them.

    Raises:
        UsageError: the report would replace an input.
    """
    target = resolved(path)
    for name in filter(None, inputs):
        place = Path(name)
        is_inside = target.is_file() and any(is_same(each, place) for each in target.parents)
        if is_inside or is_same(target, place):
            raise UsageError(f"this is an input of this run ({name}); choose another path", path=os.fspath(path))


def refuse_repeated(paths: Sequence[str]) -> None:
    """Refuse two paths of one file: the second output would replace the first one.

    Many file systems, also some that Linux mounts, don't distinguish upper and lower case.

    Raises:
        UsageError: Two paths name the same file, or differ only in the case of letters.
    """
    seen: list[tuple[str, Path]] = []
    for path in paths:
        target = resolved(path)
        for other, place in seen:
            if os.fspath(target).casefold() == os.fspath(place).casefold() or is_same(target, place):
                raise UsageError(f"two outputs are the same file ({other}); choose another one", path=path)
        seen.append((path, target))


class Destination(NamedTuple):
    """A stream for reports, and a list for the text that goes before all of them; ``None`` if nothing can."""

    stream: TextIO
    first: list[str] | None = None


@contextmanager
def open_destination(path: str | os.PathLike[str], *, keeps: bool = False) -> Iterator[Destination]:
    """Open a text file that replaces the target once complete; after an error the target is unchanged.

    Reports are written as they come; at the end, the text of ``first`` is put before them.

    ``keeps``: true to keep what was written until the disk was full, in a file that is named like the target, with the
    ending ``.incomplete``: the lines of many reports, each of which can be read.

    Raises:
        UsageError: the file can't be created there, or not be completed.
    """
    target, kept = Path(path), list[str]()
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
            yield from _replace(resolved(path), kept if keeps else None)
    except OSError as error:
        if isinstance(error, WebShellHuntError):
            raise
        rest = "".join(f"; what was written until then is in {each}, which 'webshellhunt join' reads" for each in kept)
        raise UsageError(f"the report can't be written: {why(error, target)}{rest}", path=os.fspath(path)) from error


@contextmanager
def open_binary_destination(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """Open a binary file that replaces the target once complete; after an error the target is unchanged.

    Raises:
        UsageError: the file can't be created there.
    """
    target = resolved(path)
    try:
        if target.exists() and not target.is_file():
            raise UsageError("this is not a regular file; pass the name of a regular file", path=os.fspath(path))
        with _partial(target) as partial, open(partial, "xb", opener=private) as stream:
            yield stream
    except OSError as error:
        if isinstance(error, WebShellHuntError):
            raise
        raise UsageError(f"the file can't be written: {why(error, target)}", path=os.fspath(path)) from error


def private(path: str, flags: int) -> int:
    """Open a file for ``open``; one that is created is readable by its owner alone, since it has evidence in it."""
    return os.open(path, flags, 0o600)


def why(error: OSError, target: Path) -> str:
    """Return the operating system's message, with advice if the folder is missing."""
    if isinstance(error, FileNotFoundError) and not target.parent.is_dir():
        return "its folder does not exist; make the folder first, or choose another one"
    return error.strerror or str(error)


def partial_path(target: Path) -> Path:
    """Return a temporary path in the target's folder."""
    # A name may have 255 bytes; a character up to four.
    name = target.name.encode("utf-8", "surrogateescape")[:200].decode("utf-8", "ignore")
    return target.with_name(f".{name}.{os.getpid()}.partial")


def _replace(target: Path, kept: list[str] | None = None) -> Iterator[Destination]:
    """Yield a temporary file in the target's folder, which replaces the target at the end."""
    first: list[str] = []
    with _partial(target, kept) as partial:
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
def _partial(target: Path, kept: list[str] | None = None) -> Iterator[Path]:
    """Yield a temporary path in the target's folder; the closed file at this path replaces the target at the end.

    With a list, what was written before an error of the disk is kept, and its path is added to the list.
    """
    partial = partial_path(target)
    try:
        yield partial
        partial.replace(target)
    except OSError as error:
        with suppress(OSError):
            if kept is not None and not isinstance(error, WebShellHuntError) and partial.stat().st_size > 0:
                kept.append(str(partial.replace(target.with_name(f"{target.name}.incomplete"))))
        raise
    finally:
        partial.unlink(missing_ok=True)


def _create(path: Path, mode: str) -> TextIO:
    return open(path, mode, encoding="utf-8", errors="backslashreplace", newline="\n", opener=private)  # type: ignore[return-value]
