"""Sources of evidence: one module for each kind; ``open_source`` selects the kind for a location.

The readers of archives, images and collections are loaded when a location is opened: a single file needs none.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack

from webshellhunt.errors import SeveralHostsError, UnopenedContainerError, WrongTypeError
from webshellhunt.model.arguments import type_words
from webshellhunt.model.source_options import SourceOptions
from webshellhunt.sources.directory import DirectorySource
from webshellhunt.sources.filesystem import absolute, extended, location_kind
from webshellhunt.sources.memory import MemorySource
from webshellhunt.sources.source import Source, form_of, is_source, window_on

__all__ = [
    "DirectorySource",
    "MemorySource",
    "Source",
    "find_hosts",
    "form_of",
    "is_source",
    "open_source",
    "open_with",
    "require_location",
]


def open_source(
    location: str | os.PathLike[str],
    *,
    drives: Mapping[str, str] | None = None,
    times: str = "auto",
    logs: bool = False,
    password: str | None = None,
    snapshots: bool = False,
) -> Source:
    """Open a location: a folder, a mounted image, a live server's drive, an archive, a disk image, or one file.

    Installed packages may open other locations (``sources.openers``). A collection of a triage tool gets its layout.

    Args:
        location: A path on this machine, as ``str`` or ``pathlib.Path``.
        drives: Folders with further drives of the same server, by letter.
        times: ``original`` if the file times are those of the server, ``copy`` if they come from a copy, ``auto`` to
            detect it: times are original for a live source, for a read-only mount of NTFS, and for files that were
            created and changed at many times instead of by a few copy operations.
        logs: True if logs are read at the location, so that it may be a log that gzip compressed, or an event log.
        password: The password of an encrypted archive.
        snapshots: True to open the volume shadow copies of a disk image, too.

    Raises:
        SourceNotFoundError: There is nothing at the location.
        UnreadableError: The location can't be opened.
        SeveralHostsError: Several servers are at the location; ``find_hosts`` returns the location of each.
        UnopenedContainerError: The location is an encrypted, damaged or unknown container; the message has an
            instruction.
        UsageError: A drive isn't one letter, or ``times`` is another word.
        WrongTypeError: An argument has a wrong type.
        PluginError: A source of another package can't be loaded, or fails.

    Examples:
        >>> import tempfile
        >>> import webshellhunt as wsh
        >>> with tempfile.TemporaryDirectory() as folder, wsh.open_source(folder) as source:
        ...     report = wsh.hunt(source)
        >>> report.counts["files"]
        0
    """
    path, named = _path_of("location", location), _drives_of(drives)
    return open_with(path, SourceOptions(named, times, logs, password, snapshots))


def open_with(location: str, options: SourceOptions) -> Source:
    """Open a location with options, a collection of a triage tool with its layout; errors as for ``open_source``."""
    from webshellhunt.sources.drives import listed_once
    from webshellhunt.sources.openers import PluggedOpener, find_opener
    from webshellhunt.sources.view import container_above, open_part, with_archives

    opener = find_opener(location)
    if isinstance(opener, PluggedOpener):
        return opener.open(location, options)
    if opener is not None:
        return _arranged(opener.open(location, options), options)
    part = container_above(location)
    if part is not None:
        return _arranged(open_part(location, part, options), options)
    source = DirectorySource(location, drives=options.drives, times=options.times)
    _refuse_container(source, logs=options.logs)
    with listed_once():
        return _arranged(with_archives(source, options), options)


def find_hosts(location: str | os.PathLike[str], *, password: str | None = None) -> tuple[str, ...]:
    """Return the location of each server at a location, of which ``open_source`` opens one at a time.

    A folder or an archive may have several servers, such as ``case/EXCH01/C`` and ``case/EXCH02/C``. If there is only
    one, or the location is read as a plain folder, the location itself is returned.

    Args:
        location: A path on this machine, as ``str`` or ``pathlib.Path``.
        password: The password of an encrypted archive.

    Raises:
        SourceError: The location can't be opened.
        WrongTypeError: An argument has a wrong type.
        PluginError: A source of another package can't be loaded, or fails.

    Examples:
        >>> import tempfile
        >>> import webshellhunt as wsh
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     wsh.find_hosts(folder) == (folder,)
        True
    """
    path = _path_of("location", location)
    try:
        open_with(path, SourceOptions(password=password)).close()
    except SeveralHostsError as error:
        return error.locations
    return (path,)


def _arranged(opened: Source, options: SourceOptions) -> Source:
    """Return a source with the layout of its collection; it is closed if that is refused."""
    from webshellhunt.sources.collection import with_layout

    with ExitStack() as stack:
        stack.callback(opened.close)
        arranged = with_layout(opened, times=options.times)
        stack.pop_all()
    return arranged


def require_location(location: str) -> None:
    """Require that there is a folder or a file at a location, or an opener for it.

    Raises:
        SourceNotFoundError: There is nothing at the location.
        UnreadableError: It can't be accessed, or is neither a folder nor a plain file.
        PluginError: A source of another package can't be loaded, or fails.
    """
    from webshellhunt.sources.openers import find_opener
    from webshellhunt.sources.view import container_above

    if find_opener(location) is None and container_above(location) is None:
        location_kind(location, extended(absolute(location)))


def _path_of(name: str, value: object) -> str:
    path = os.fspath(value) if isinstance(value, os.PathLike) else value
    if not isinstance(path, str):
        raise WrongTypeError(f"open_source: {name} is {type_words(value)}; pass a path as str or pathlib.Path")
    return path


def _drives_of(drives: object) -> dict[str, str]:
    if drives is None:
        return {}
    if not isinstance(drives, Mapping) or not all(isinstance(letter, str) for letter in drives):
        advice = 'pass a dict from letters to folders, such as {"D": "/mnt/d"}'
        raise WrongTypeError(f"open_source: drives is {type_words(drives)}; {advice}")
    return {letter: _path_of(f"drives[{letter!r}]", folder) for letter, folder in drives.items()}


def _refuse_container(source: DirectorySource, *, logs: bool) -> None:
    """Raise an error if the location is a container file, whose content would not be examined."""
    entry = source.only_entry()
    if entry is None:
        return
    from webshellhunt.containers.container import refusal_reason

    reason = refusal_reason(window_on(source, entry.path, entry.size_bytes), entry.name, logs=logs)
    if reason is not None:
        raise UnopenedContainerError(reason, path=source.location)
