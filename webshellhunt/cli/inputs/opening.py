"""The opening of a location with a command's options, and of a single file as a location of its own."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from webshellhunt.cli.output import complain
from webshellhunt.containers.page_names import RUN_EXTENSIONS, extension_of
from webshellhunt.errors import SourceError, UnreadableError, UsageError
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.source_options import SourceOptions
from webshellhunt.model.times import TimesChoice
from webshellhunt.sources import DirectorySource, Source
from webshellhunt.sources.source import window_on


def source_options(arguments: Namespace, *, logs: bool = False) -> SourceOptions:
    """Return the options for opening a location; a command without one of the options has its default."""
    return SourceOptions(
        drives=dict(getattr(arguments, "drives", ())),
        times=getattr(arguments, "times", TimesChoice.AUTO),
        logs=logs,
        password=getattr(arguments, "password", None),
        snapshots=getattr(arguments, "snapshots", False),
    )


def require_log(source: Source) -> None:
    """Require that a source is a folder or an archive, or else a log that is read.

    Raises:
        SourceError: It is a file that is no log, or can't be read.
    """
    from webshellhunt.scan.log_places import why_no_log

    reason = why_no_log(source)
    if reason is not None:
        raise UnreadableError(reason, path=source.location)


@contextmanager
def open_file(path: str) -> Iterator[tuple[Source, Entry]]:
    """Open a regular file of any type as a source that contains only this file.

    Raises:
        SourceError: it can't be opened.
        UsageError: it is a folder or something else.
    """
    with DirectorySource(path) as source:
        entry = source.stat(Path(path).absolute().name)
        if entry is None or entry.kind is not EntryKind.FILE:
            raise UsageError("this is not a regular file; for folders and drives use 'webshellhunt hunt'", path=path)
        _advise_hunt(path, source, entry)
        yield source, entry


def _advise_hunt(path: str, source: Source, entry: Entry) -> None:
    """Say how the files in an archive or image are examined: the file itself is no page."""
    if extension_of(entry.name) in RUN_EXTENSIONS:
        return
    from webshellhunt.containers.container import find_container

    try:
        found = find_container(window_on(source, entry.path, entry.size_bytes), entry.name)
    except SourceError:
        return  # the reading of the file reports the error
    if found is not None and found.may_contain_server:
        complain(f"{path}: it is {found.label}, read here as one file: 'webshellhunt hunt' examines the files in it")
