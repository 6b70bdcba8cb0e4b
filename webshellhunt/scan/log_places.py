r"""Log places: the logs of a host, by the configuration of IIS, the installation of Exchange, and the user.

The folder of a site's logs is its ``logFile directory`` with ``W3SVC<id>`` or ``FTPSVC<id>`` below it. Without any log
there, and in the places that the user names with ``--logs``, logs are recognised by their paths, then by their content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import Enum
from typing import Final, NamedTuple

from webshellhunt.binaries.pe import is_image
from webshellhunt.containers.formats import ContainerFormat, Family
from webshellhunt.containers.page_names import RUN_EXTENSIONS, extension_of
from webshellhunt.containers.recognition import recognise
from webshellhunt.errors import SourceError
from webshellhunt.host.walk.file_filter import indicates_web_directory
from webshellhunt.host.walk.survey import Survey
from webshellhunt.logs.kinds import HEAD_BYTES, kind_by_content, kind_by_path, may_be_log, site_by_path, unread_format
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.findings import Gap
from webshellhunt.model.places import Role
from webshellhunt.model.traffic import LogFile, LogKind
from webshellhunt.sources import DirectorySource
from webshellhunt.sources.source import Source, join, window_on

NO_LOG: Final = "log-format-not-read"
"""The code of the gap for a file that is no log in a format that is read."""
NEITHER: Final = "no-page-and-no-log"
"""The code of the gap for a file, the only one of its source, that is neither a page nor a log."""
MOST_LOGS: Final = 200_000
_MOST_FOLDERS: Final = 20_000
_DEPTH: Final = 16
_DEFAULT = r"%SystemDrive%\inetpub\logs\LogFiles"
_OF_WINDOWS = (r"%SystemRoot%\System32\LogFiles\HTTPERR", r"%SystemRoot%\System32\winevt\Logs")
_OF_EXCHANGE = (
    ("Logging", "HttpProxy"), ("Logging", "ECP"), ("Logging", "OABGeneratorLog"), ("Logging", "CmdletInfra"),
    ("Logging", "Ews"), ("TransportRoles", "Logs", "MessageTracking"),
)  # fmt: skip
_OF_SITES: Final = RUN_EXTENSIONS | {"bmp", "gif", "ico", "jpeg", "jpg", "map", "pdf", "png", "svg", "ts", "webp"}
"""Extensions of files of sites: where one is examined by itself, nobody takes it for a log."""
_NO_CANDIDATES: Final = _OF_SITES | {"config"}
"""Extensions of files of which nobody expects a log: in a folder, one without the content of a log is no gap."""
_EVENT_LOGS = frozenset(
    {
        "application", "security", "system", "msexchange management", "windows powershell",
        "microsoft-windows-sysmon%4operational", "microsoft-windows-powershell%4operational",
        "microsoft-windows-windows defender%4operational", "microsoft-windows-taskscheduler%4operational",
        "microsoft-windows-wmi-activity%4operational",
    }
)  # fmt: skip
"""The event logs that are read of a complete ``winevt`` folder, by name; all others have nothing that a rule needs."""


class Look(Enum):
    """The files that may be logs without the path of one, by their content.

    ``NAMED`` those with the name of some log; ``FILES`` all but archives without such a name; ``ALL`` all, and a
    file that is no log is reported.
    """

    NAMED = "named"
    FILES = "files"
    ALL = "all"


class FoundLog(NamedTuple):
    """A log and its path inside its source; ``place`` is the number of the source, 0 for that of the hunt."""

    log: LogFile
    entry_path: str
    place: int = 0


def find_logs(surveyed: Survey, *, alone: bool = False) -> Iterator[Found]:
    """Yield the logs of a host in the order of their paths, and a gap for each folder that can't be listed.

    Unless a whole system is there, other folders are searched, too: a collection may lack the settings that name them.
    If logs are read ``alone``, and there is none at the places of a server, any file may be one. A file that is the
    whole source is recognised by its content.
    """
    search = _Search(surveyed.paths.lookup.source, surveyed.paths.display_path)
    if search.lone is not None:
        yield from search.given(alone=alone)
        return
    found: dict[str, Found] = {}

    def add(top: str, look: Look) -> None:
        for each in search.below(top, look):
            found.setdefault(_order(each)[1], each)

    for folder in dict.fromkeys(_known_folders(surveyed)):
        add(folder, Look.ALL)
    is_known = any(isinstance(each, FoundLog) for each in found.values())
    if not surveyed.whole_systems:
        search.matters = alone
        add("", Look.ALL if alone and not is_known else Look.NAMED if _has_site(surveyed) else Look.FILES)
    yield from sorted(found.values(), key=_order)


def find_logs_in(source: Source, place: int, shown: str = "") -> Iterator[Found]:
    """Yield the logs in a source that the user names as one of logs; each file that is none becomes a gap.

    ``shown``: the path of an archive, which the paths of its files begin with.
    """
    top = f"{shown}{chr(92) if chr(92) in shown else '/'}" if shown and not isinstance(source, DirectorySource) else ""

    def display_path(path: str) -> str:
        return f"{top}{path}" if top and path else source.locate(path) or path or source.location

    search = _Search(source, display_path, place)
    yield from search.given(alone=True) if search.lone is not None else sorted(search.below("", Look.ALL), key=_order)


def why_no_log(source: Source) -> str | None:
    """Return why the only file of a source is no log that is read; ``None`` if it is one, and for a folder.

    Raises:
        SourceError: The file can't be read.
    """
    search = _Search(source, str)
    if search.lone is None:
        return None
    kind, reason, _ = search.recognised(search.lone)
    return reason if kind is None else None


def _has_site(surveyed: Survey) -> bool:
    """Return True if a source has the pages of a web site, so that few of its files are logs."""
    if any(root.role is not Role.GIVEN for root in surveyed.roots):
        return True
    found = _Search(surveyed.paths.lookup.source, str).entries("", with_sizes=False)
    return any(isinstance(each, Entry) and indicates_web_directory(each.name) for each in found)


def _known_folders(surveyed: Survey) -> Iterator[str]:
    """Yield the folders that the configuration and the installation name, inside the source."""
    paths, server = surveyed.paths, surveyed.configuration.server
    named = [] if server is None else [server.log_directory, *(site.log_directory for site in server.sites)]
    for directory in dict.fromkeys((*named, _DEFAULT, *_OF_WINDOWS)):
        yield from (entry.path for entry in paths.find_all(directory) if entry.kind is EntryKind.DIRECTORY)
    for install in surveyed.host.exchange:
        for entry in paths.find_all(install.path):
            for names in _OF_EXCHANGE:
                yield from (e.path for e in paths.lookup.find_all(entry.path, names) if e.kind is EntryKind.DIRECTORY)


class PackedLogs(NamedTuple):
    """An archive in a place of logs: its path on the server, and on this machine, ``None`` if it is not there."""

    path: str
    source_path: str | None


Found = FoundLog | PackedLogs | Gap


class _Search:
    """The search of one source, bounded over all its folders."""

    def __init__(self, source: Source, display_path: Callable[[str], str], place: int = 0) -> None:
        self.matters = True  # whether a folder that can't be listed may have logs
        self.lone: Entry | None = source.only_entry() if isinstance(source, DirectorySource) else None
        self._is_directory = isinstance(source, DirectorySource)
        self._source = source
        self._display_path = display_path
        self._place = place
        self._folders = 0
        self._logs = 0

    def entries(self, top: str, *, with_sizes: bool) -> Iterator[Entry | Gap]:
        """Yield the files and links below a folder, and a gap for each folder that can't be listed."""
        waiting = [(top, 0)]
        while waiting:
            folder, depth = waiting.pop()
            self._folders += 1
            if self._folders > _MOST_FOLDERS or self._logs >= MOST_LOGS:
                reason = "too many folders or logs: the logs here are not read"
                yield self._gap(folder, reason, "too-many-logs", matters=self.matters)
                return
            try:
                entries = self._source.list(folder) if with_sizes else self._named(folder)
            except SourceError as error:
                yield self._gap(folder, error.message, "unreadable", matters=self.matters)
                continue
            for entry in entries:
                if entry.kind is not EntryKind.DIRECTORY:
                    yield entry
                elif depth < _DEPTH:
                    waiting.append((entry.path, depth + 1))

    def below(self, top: str, look: Look) -> Iterator[Found]:
        """Yield the logs below a folder, and gaps."""
        is_named = look is Look.NAMED
        for each in self.entries(top, with_sizes=not is_named):
            if isinstance(each, Gap):
                yield each
            elif each.kind is not EntryKind.FILE:
                yield from self._unopened(each, look)
            else:
                entry = self._with_size(each) if is_named else each
                if entry.size_bytes:
                    yield from self._log(entry, look)

    def _named(self, folder: str) -> list[Entry]:
        """Return the entries of a folder, sorted by name, with nothing but their kind: few have the name of a log."""
        return [Entry(name, join(folder, name), kind) for name, kind in sorted(self._source.names(folder).items())]

    def _with_size(self, entry: Entry) -> Entry:
        """Return the complete entry of a file with the name of a log, and any other one as it is."""
        path = self._shown(entry.path)
        if kind_by_path(path)[0] is None and not may_be_log(path):
            return entry
        with suppress(SourceError):
            return self._source.stat(entry.path) or entry
        return entry  # as it would be listed

    def given(self, *, alone: bool) -> Iterator[Found]:
        """Yield the only file of the source as a log, or else a gap, unless it is a page or a picture of a site."""
        entry = self.lone
        assert entry is not None
        try:
            kind, reason, is_needed = self.recognised(entry)
        except SourceError as error:
            yield self._gap(entry.path, error.message, "unreadable", matters=True)
            return
        if kind is not None:
            yield self._found(entry, kind)
        elif alone or is_needed:
            yield self._gap(entry.path, reason, NO_LOG, matters=True)
        elif extension_of(entry.name) not in _OF_SITES:
            yield self._gap(entry.path, f"{reason}, and no page that IIS executes", NEITHER, matters=True)

    def recognised(self, entry: Entry) -> tuple[LogKind | None, str, bool]:
        """Return the kind of log of a file; if it is none, the reason, and whether a hunt needs what is in it.

        The content decides; the name, where it says nothing.

        Raises:
            SourceError: The file can't be read.
        """
        head = self._source.read(entry.path, HEAD_BYTES) if entry.size_bytes else b""
        text = b"" if is_image(head) else head  # a library begins with names, but no log begins as one
        kind, known = kind_by_content(text), unread_format(text, entry.name)
        if kind is None and known is None and head:
            kind = kind_by_path(self._shown(entry.path))[0]
        if kind is None or (known is not None and known.is_needed):
            is_needed = known is not None and known.is_needed
            why = "it is empty" if not head else known or "it has no format that webshellhunt reads"
            unknown = "; the requests and events in it are unknown" if is_needed else ""
            return None, f"not read as a log: {why}{unknown}", is_needed
        return kind, "", True

    def _unopened(self, entry: Entry, look: Look) -> Iterator[Gap]:
        """Yield a gap for a link, pipe or device with the name of a log, or of a folder of logs."""
        path = self._shown(entry.path)
        if look is Look.ALL or kind_by_path(path)[0] is not None or _is_folder_of_logs(path):
            reason = "it is a link, pipe or device, and not opened; pass the place of its logs with --logs"
            yield self._gap(entry.path, reason, "log-link-not-followed")

    def _log(self, entry: Entry, look: Look) -> Iterator[Found]:
        """Yield the log that a file is: by its path, and else by its content, if it may be one."""
        path = self._shown(entry.path)
        kind = kind_by_path(path)[0]
        if kind is LogKind.EVENTS and _is_other_event_log(path):
            return
        if kind is not None:
            yield self._found(entry, kind)
            return
        if look is Look.NAMED and not may_be_log(path):
            return
        try:
            if self._is_packed(entry):
                if look is Look.FILES and not may_be_log(path):
                    return
                yield PackedLogs(path, self._source.locate(entry.path) if self._is_directory else None)
                return
            kind, reason, is_needed = self.recognised(entry)
        except SourceError as error:
            yield self._gap(entry.path, error.message, "unreadable", matters=True)
            return
        if kind is not None:
            yield self._found(entry, kind)
        elif is_needed or (look is Look.ALL and extension_of(entry.name) not in _NO_CANDIDATES):
            yield self._gap(entry.path, reason, NO_LOG, matters=is_needed)

    def _is_packed(self, entry: Entry) -> bool:
        """Return True for an archive; a log that gzip compressed is none."""
        window = window_on(self._source, entry.path, entry.size_bytes)
        form = recognise(window, entry.name)
        if form is None or form.family is not Family.ARCHIVE:
            return False
        return form is not ContainerFormat.GZIP or kind_by_content(window.at(0, HEAD_BYTES)) is None

    def _found(self, entry: Entry, kind: LogKind) -> FoundLog:
        self._logs += 1
        path = self._shown(entry.path)
        site = site_by_path(path) if kind in (LogKind.IIS, LogKind.FTP) else None
        return FoundLog(LogFile(path, kind, entry.size_bytes, site), entry.path, self._place)

    def _shown(self, path: str) -> str:
        return self._display_path(path)

    def _gap(self, path: str, reason: str, code: str, *, matters: bool = False) -> Gap:
        return Gap(code, "logs", self._shown(path), reason, matters)


def _is_folder_of_logs(path: str) -> bool:
    return kind_by_path(f"{path}\\x.log")[0] is not None


def _is_other_event_log(path: str) -> bool:
    """Return True for an event log in a ``winevt`` folder that no rule needs."""
    names = path.lower().replace("/", "\\").split("\\")
    return names[-3:-1] == ["winevt", "logs"] and names[-1].removesuffix(".evtx") not in _EVENT_LOGS


def _order(found: Found) -> tuple[str, str]:
    path = found.log.path if isinstance(found, FoundLog) else found.path
    return path.lower(), path
