"""Selection of the files to keep: those of accused verdicts, and the files that belong to them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from webshellhunt.binaries.compiled_pages import application_folder, belongs, directory_hash, read_name
from webshellhunt.errors import ConfigError, SourceError
from webshellhunt.host.iis.compiled_markers import LARGEST_BYTES, read_compiled_marker
from webshellhunt.host.machine.paths import fold
from webshellhunt.host.machine.registry_hives import hive_files
from webshellhunt.host.machine.volumes import HostPaths
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.places import Role
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import SubjectKind, Verdict
from webshellhunt.sources.source import Source

ACCUSED = "accused"
_QUARANTINED = "quarantined content of an accused page"
_NAMED = ("registered", "program", "assembly")
"""Facts with the path of a file that a setting makes the server load."""

_REGISTRY = ("HKLM\\", "HKU\\")
_TASK_TREE = "\\Schedule\\TaskCache\\Tree\\"
_MACHINE_SETTINGS = (
    "%SystemRoot%\\System32\\inetsrv\\config\\applicationHost.config",
    "%SystemRoot%\\System32\\inetsrv\\config\\administration.config",
    "%SystemRoot%\\System32\\inetsrv\\config\\redirection.config",
    "%SystemRoot%\\System32\\inetsrv\\w3wp.exe.config",
    *(
        f"%SystemRoot%\\Microsoft.NET\\{framework}\\v4.0.30319\\{name}"
        for framework in ("Framework", "Framework64")
        for name in ("Aspnet.config", "Config\\machine.config", "Config\\web.config")
    ),
)
_PROGRAM = lazy_pattern(
    r"(?:[A-Z]:|%[^%]{1,64}%)\\[^\"<>|*?\r\n]{1,300}?\.(?:exe|dll|ps1|vbs|js|bat|cmd|hta)\b", re.ASCII | re.IGNORECASE
)
_LONGEST_COMMAND = 4_096
_LINE = lazy_pattern(r", line \d+$")
_PATH = lazy_pattern(r"(?:[A-Za-z]:|%[^%]{1,64}%)[\\/]", re.ASCII)
_MOST_NAMED = 100
MOST_CHARACTERS = 4 << 20
"""The most characters of all paths in a manifest, so that long names don't exhaust the memory."""

MOST_FOLDERS = 5_000
"""The most folders of compiled files that are listed."""

_DEEPEST = 8
_MOST_NAMES = 200
_LONGEST_PATH = 64


@dataclass
class Wanted:
    """A file to keep; ``reasons`` say why, and ``verdicts`` are those that name it.

    ``entry`` is ``None`` if the file does not exist, or its status can't be read; ``failure`` is then the reason.
    ``streams_failure`` is the reason for which its alternate streams are unknown. For a link, ``entry`` is the file
    that it leads to.
    """

    path: str
    server_path: str
    entry: Entry | None = None
    failure: str | None = None
    streams_failure: str | None = None
    reasons: list[str] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)


class Selection:
    """The files of one report in its source, worst verdict first; a file that several verdicts name is one.

    After ``find``, ``omitted`` is the number of accused subjects whose files are beyond the limit.
    """

    def __init__(self, report: Report, source: Source, most: int = 1_000_000) -> None:
        self.omitted: int = 0
        self._most = most
        self._characters = 0
        self._report = report
        self._source = source
        self._paths = HostPaths(source, report.host.volumes)
        self._compiled = CompiledFiles(report, source)
        is_of_registry = any(each.subject.path.startswith(_REGISTRY) for each in report.accused)
        self._hives = hive_files(self._paths) if is_of_registry else []
        self._found: dict[str, Wanted] = {}

    def find(self) -> list[Wanted]:
        """Return the files in order: each accused file, followed by those that belong to it."""
        for verdict in self._report.accused:
            if len(self._found) < self._most and self._characters < MOST_CHARACTERS:
                self._add_verdict(verdict)
            elif verdict.subject.kind is not SubjectKind.TRACE:
                self.omitted += 1
        found = list(self._found.values())
        self.omitted += max(len(found) - self._most, 0)
        return found[: self._most]

    def _add_verdict(self, verdict: Verdict) -> None:
        subject = verdict.subject
        if subject.kind is SubjectKind.FILE:
            self._add_subject(verdict)
        elif subject.kind is SubjectKind.REGISTRATION:
            self._add_registration(verdict)
        is_setting = subject.kind is SubjectKind.REGISTRATION or subject.path.lower().endswith(".config")
        for path in _MACHINE_SETTINGS if is_setting and not subject.path.startswith(_REGISTRY) else ():
            self._add_server_path(path, "configuration of the machine, next to an accused setting", verdict)
        for path, reason in _named_files(verdict):
            self._add_server_path(path, reason, verdict)
        if subject.path.upper().endswith("\\OBJECTS.DATA"):
            for name in ("INDEX.BTR", "MAPPING1.MAP", "MAPPING2.MAP", "MAPPING3.MAP"):
                path = f"{subject.path.rpartition(chr(92))[0]}\\{name}"
                self._add_server_path(path, "repository of an accused WMI consumer", verdict)
        if subject.kind is not SubjectKind.REGISTRATION:
            for entry in self._compiled.of(verdict):
                self._add(entry.path, self._paths.display_path(entry.path), "compiled from an accused page", verdict)

    def _add_registration(self, verdict: Verdict) -> None:
        """Add the file that has an accused registration: a configuration, or a hive with its transaction logs."""
        for place in sorted({each.path for finding in verdict.counted for each in finding.evidence}):
            self._add_server_path(place, "configuration of an accused registration", verdict)
        for root, entry in self._hives:
            if fold(verdict.subject.path).startswith(f"{fold(root)}\\"):
                shown = self._paths.display_path(entry.path)
                self._add(entry.path, shown, "registry hive of an accused registration", verdict)
        for finding in verdict.counted[:_MOST_NAMED]:
            command = finding.facts.get("command")
            for program in _PROGRAM.findall(command[:_LONGEST_COMMAND] if isinstance(command, str) else ""):
                self._add_server_path(program, "started by an accused registration", verdict)
            if _TASK_TREE in verdict.subject.path:
                task = verdict.subject.path.partition(_TASK_TREE)[2]
                self._add_server_path(f"%SystemRoot%\\System32\\Tasks\\{task}", "file of an accused task", verdict)

    def _add_subject(self, verdict: Verdict) -> None:
        """Add the file of a verdict and its streams, also if it no longer exists."""
        subject = verdict.subject
        path = subject.entry_path
        if path is None:
            found = self._find(subject.path)
            path = subject.path if found is None else found.path
        wanted = self._add(path, subject.path, ACCUSED, verdict)
        if wanted.entry is None or ":" in path.rpartition("/")[2]:
            return
        try:
            streams = self._source.streams(path)
        except SourceError as error:
            wanted.streams_failure = f"its alternate streams can't be listed: {error.message}"
            return
        for stream in streams:
            whole = stream._replace(times=wanted.entry.times, attributes=wanted.entry.attributes)
            name = subject.path.rpartition(wanted.entry.name)[0] + stream.name
            self._add(stream.path, name, "alternate stream of an accused file", verdict, whole)

    def _add_server_path(self, path: str, reason: str, verdict: Verdict) -> None:
        """Add a file by its path on the server; a missing one is listed only if the hunt has read it."""
        entry = self._find(path)
        if entry is not None and entry.kind is EntryKind.FILE:
            self._add(entry.path, self._paths.display_path(entry.path), reason, verdict)
        elif reason == _QUARANTINED:
            self._add(path, path, reason, verdict)

    def _find(self, path: str) -> Entry | None:
        """Return the entry at a path of a report: a server path, or a path inside the source."""
        try:
            entry = self._paths.find(path) if _PATH.match(path) is not None else None
            return self._source.stat(path.replace("\\", "/")) if entry is None else entry
        except SourceError:
            return None

    def _add(self, path: str, server_path: str, reason: str, verdict: Verdict, entry: Entry | None = None) -> Wanted:
        wanted = self._found.get(path)
        if wanted is None:
            wanted = self._found[path] = Wanted(path, server_path, entry)
            self._characters += len(path) + len(server_path)
            if entry is None:
                self._look_up(wanted)
        if reason not in wanted.reasons:
            wanted.reasons.append(reason)
        if verdict not in wanted.verdicts:
            wanted.verdicts.append(verdict)
        return wanted

    def _look_up(self, wanted: Wanted) -> None:
        try:
            wanted.entry = self._source.stat(wanted.path)
            if wanted.entry is not None and wanted.entry.target is not None:
                wanted.entry = self._source.stat(wanted.entry.target)
        except SourceError as error:
            wanted.failure = error.message
            return
        if wanted.entry is None:
            wanted.failure = "it does not exist (any more)"


def _named_files(verdict: Verdict) -> Iterator[tuple[str, str]]:
    """Yield the paths that the findings of a verdict name, with the reason to keep each."""
    for finding in verdict.counted[:_MOST_NAMED]:
        for fact in _NAMED:
            value = finding.facts.get(fact)
            if isinstance(value, str) and _PATH.match(value) is not None:
                yield value, "loaded by an accused setting"
        declared = finding.facts.get("declared_in")
        if isinstance(declared, str):
            yield _LINE.sub("", declared), "configuration of an accused file"
        content = finding.facts.get("quarantined_as")
        if isinstance(content, str):
            yield content, _QUARANTINED
        remnants = finding.facts.get("remnants")
        for path in remnants[:_MOST_NAMED] if isinstance(remnants, tuple) else ():
            yield path, "compiled from an accused page"


class CompiledFiles:
    """The compiled files of a source, listed on first use."""

    def __init__(self, report: Report, source: Source) -> None:
        self._tops = sorted({root.path for root in report.roots if root.role is Role.TEMP_ASPNET})
        self._source = source
        self._by_page: dict[str, list[Entry]] | None = None

    def of(self, verdict: Verdict) -> Iterator[Entry]:
        """Yield the compiled files of the page of a verdict, as far as their names or contents show it."""
        if not self._tops:
            return
        names = verdict.subject.path.replace("\\", "/").split("/")
        for entry in self._listed().get(names[-1].lower(), [])[:_MOST_NAMES]:
            compiled = read_name(entry.name)
            if compiled is None or not _is_of(verdict, names, compiled.directory_hash, entry.path):
                continue
            yield entry
            library = self._library(entry)
            if library is not None:
                yield library

    def _listed(self) -> dict[str, list[Entry]]:
        """Return the compiled files by the name of their page."""
        if self._by_page is None:
            self._by_page = defaultdict(list)
            for entry in self._walk():
                compiled = read_name(entry.name)
                if compiled is not None:
                    self._by_page[compiled.page].append(entry)
        return self._by_page

    def _walk(self) -> Iterator[Entry]:
        folders = [(top, 0) for top in reversed(self._tops)]
        listed = 0
        while folders and listed < MOST_FOLDERS:
            folder, depth = folders.pop()
            listed += 1
            try:
                entries = self._source.list(folder)
            except SourceError:
                continue  # a gap of the hunt
            yield from (entry for entry in entries if entry.kind is EntryKind.FILE)
            below = [entry.path for entry in entries if entry.kind is EntryKind.DIRECTORY]
            folders += [(path, depth + 1) for path in reversed(below) if depth < _DEEPEST]

    def _library(self, marker: Entry) -> Entry | None:
        """Return the library that a ``.compiled`` file names."""
        if not marker.name.lower().endswith(".compiled"):
            return None
        try:
            read = read_compiled_marker(self._source.read(marker.path, LARGEST_BYTES), marker.path)
            if not read.assembly or "/" in read.assembly or "\\" in read.assembly:
                return None
            return self._source.stat(f"{marker.path.rpartition('/')[0]}/{read.assembly}.dll")
        except (SourceError, ConfigError):
            return None


def _is_of(verdict: Verdict, names: list[str], hashed: str, path: str) -> bool:
    """Return True if the hash in the name of a compiled file is that of the page's directory."""
    urls = (url.address for url in verdict.subject.urls)
    addresses = [unquote(url.partition("//")[2].partition("/")[2] or url) for url in urls]
    application = application_folder(path) or "root"
    if any(belongs(f"/{address.lstrip('/')}", hashed, application) for address in addresses):
        return True
    folders = names[:-1][-_LONGEST_PATH:]
    return any(directory_hash("/".join(("~", *folders[at:]))) == hashed for at in range(len(folders) + 1))
