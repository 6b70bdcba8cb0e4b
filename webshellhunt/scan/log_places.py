r"""Log places: the logs of a host, by the configuration of IIS, the installation of Exchange, and the user.

The folder of a site's logs is its ``logFile directory`` with ``W3SVC<id>`` or ``FTPSVC<id>`` below it. Without any log
there, and in the places that the user names with ``--logs``, logs are recognised by their paths, then by their content.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from webshellhunt.errors import SourceError
from webshellhunt.host.walk.survey import Survey
from webshellhunt.logs.kinds import HEAD_BYTES, kind_by_content, kind_by_path, unread_format
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.findings import Gap
from webshellhunt.model.traffic import LogFile, LogKind
from webshellhunt.sources.source import Source

MOST_LOGS: Final = 200_000
_MOST_FOLDERS: Final = 20_000
_DEPTH: Final = 16
_DEFAULT = r"%SystemDrive%\inetpub\logs\LogFiles"
_OF_WINDOWS = (r"%SystemRoot%\System32\LogFiles\HTTPERR", r"%SystemRoot%\System32\winevt\Logs")
_OF_EXCHANGE = (
    ("Logging", "HttpProxy"), ("Logging", "ECP"), ("Logging", "OABGeneratorLog"), ("Logging", "CmdletInfra"),
    ("Logging", "Ews"), ("TransportRoles", "Logs", "MessageTracking"),
)  # fmt: skip
_ARCHIVES = (".zip", ".7z", ".rar", ".cab", ".bz2", ".xz", ".zst", ".tar", ".tgz")
_EVENT_LOGS = frozenset(
    {
        "application", "security", "system", "msexchange management", "windows powershell",
        "microsoft-windows-sysmon%4operational", "microsoft-windows-powershell%4operational",
        "microsoft-windows-windows defender%4operational",
    }
)  # fmt: skip
"""The event logs that are read of a complete ``winevt`` folder, by name; all others have nothing that a rule needs."""


class FoundLog(NamedTuple):
    """A log and its path inside its source; ``place`` is the number of the source, 0 for that of the hunt."""

    log: LogFile
    entry_path: str
    place: int = 0


def find_logs(surveyed: Survey, *, alone: bool = False) -> Iterator[FoundLog | Gap]:
    """Yield the logs of a host in the order of their paths, and a gap for each folder that can't be listed.

    If logs are read ``alone``, and there is none at the places of a server, any file may be one.
    """
    folders = dict.fromkeys(path for path in _known_folders(surveyed))
    search = _Search(surveyed.paths.lookup.source, surveyed.paths.display_path)
    found: dict[str, FoundLog | Gap] = {}
    for folder in folders:
        for each in search.below(folder):
            found.setdefault(each.entry_path if isinstance(each, FoundLog) else each.path, each)
    if not any(isinstance(each, FoundLog) for each in found.values()) and not surveyed.whole_systems:
        search.matters = alone
        for each in search.below("", by_content=alone):
            found.setdefault(each.entry_path if isinstance(each, FoundLog) else each.path, each)
    yield from sorted(found.values(), key=_order)


def find_logs_in(source: Source, place: int) -> Iterator[FoundLog | Gap]:
    """Yield the logs in a source that the user names as one of logs; each file that is none becomes a gap."""
    search = _Search(source, lambda path: source.locate(path) or path or source.location, place)
    yield from sorted(search.below("", by_content=True), key=_order)


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


class _Search:
    """The search of one source, bounded over all its folders."""

    def __init__(self, source: Source, display_path: object, place: int = 0) -> None:
        self.matters = True  # whether a folder that can't be listed may have logs
        self._source = source
        self._display_path = display_path
        self._place = place
        self._folders = 0
        self._logs = 0

    def below(self, top: str, *, by_content: bool = False) -> Iterator[FoundLog | Gap]:
        """Yield the logs below a folder, or the one at a file."""
        waiting = [(top, 0)]
        while waiting:
            folder, depth = waiting.pop()
            self._folders += 1
            if self._folders > _MOST_FOLDERS or self._logs >= MOST_LOGS:
                reason = "too many folders or logs: the logs here are not read"
                yield self._gap(folder, reason, "too-many-logs", matters=self.matters)
                return
            try:
                entries = self._source.list(folder)
            except SourceError as error:
                yield self._gap(folder, error.message, "unreadable", matters=self.matters)
                continue
            for entry in entries:
                if entry.kind is EntryKind.DIRECTORY and depth < _DEPTH:
                    waiting.append((entry.path, depth + 1))
                elif entry.kind in (EntryKind.LINK, EntryKind.SPECIAL):
                    yield from self._unopened(entry, by_content=by_content)
                elif entry.kind is EntryKind.FILE and entry.size_bytes:
                    yield from self._log(entry, by_content=by_content)

    def _unopened(self, entry: Entry, *, by_content: bool) -> Iterator[Gap]:
        """Yield a gap for a link, pipe or device with the name of a log, or of a folder of logs."""
        path = self._shown(entry.path)
        if by_content or kind_by_path(path)[0] is not None or _is_folder_of_logs(path):
            reason = "it is a link, pipe or device, and not opened; pass the place of its logs with --logs"
            yield self._gap(entry.path, reason, "log-link-not-followed")

    def _log(self, entry: Entry, *, by_content: bool) -> Iterator[FoundLog | Gap]:
        """Yield the log that a file is."""
        path = self._shown(entry.path)
        kind, site = kind_by_path(path)
        if kind is LogKind.EVENTS and _is_other_event_log(path):
            return
        if kind is None and by_content:
            try:
                head = self._source.read(entry.path, HEAD_BYTES)
            except SourceError as error:
                yield self._gap(entry.path, error.message, "unreadable", matters=True)
                return
            kind = kind_by_content(head)
            if kind is None:
                known = unread_format(head)
                reason = f"not read as a log: {known or 'no format that webshellhunt reads'}"
                is_needed = known is not None and known.is_needed
                yield self._gap(entry.path, reason, "log-format-not-read", matters=is_needed)
        elif kind is None and _is_packed(path):
            yield self._gap(
                entry.path, "not read as a log: an archive; unpack it, and pass it with --logs", "log-format-not-read"
            )
        if kind is not None:
            self._logs += 1
            yield FoundLog(LogFile(path, kind, entry.size_bytes, site), entry.path, self._place)

    def _shown(self, path: str) -> str:
        return str(self._display_path(path)) if callable(self._display_path) else path

    def _gap(self, path: str, reason: str, code: str, *, matters: bool = False) -> Gap:
        return Gap(code, "logs", self._shown(path), reason, matters)


def _is_folder_of_logs(path: str) -> bool:
    return kind_by_path(f"{path}\\x.log")[0] is not None


def _is_packed(path: str) -> bool:
    """Return True for an archive in a folder of logs."""
    folder, _, name = path.replace("/", "\\").rpartition("\\")
    return name.lower().endswith(_ARCHIVES) and _is_folder_of_logs(folder)


def _is_other_event_log(path: str) -> bool:
    """Return True for an event log in a ``winevt`` folder that no rule needs."""
    names = path.lower().replace("/", "\\").split("\\")
    return names[-3:-1] == ["winevt", "logs"] and names[-1].removesuffix(".evtx") not in _EVENT_LOGS


def _order(found: FoundLog | Gap) -> tuple[str, str]:
    path = found.log.path if isinstance(found, FoundLog) else found.path
    return path.lower(), path
