"""The resolver of a page's dependencies: it reads them inside the source, within limits, or returns a reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from hashlib import sha256
from itertools import islice
from typing import Final, NamedTuple

from webshellhunt.errors import SourceError
from webshellhunt.host.machine.paths import Lookup
from webshellhunt.lazy_attribute import lazy_attribute
from webshellhunt.model.artifact import Artifact, Entry, EntryKind
from webshellhunt.pages.includes.targets import FoundFile, Targets
from webshellhunt.pages.page import Dependency, DependencyKind
from webshellhunt.sources.source import Source

MAX_FILES: Final = 64
MAX_SOURCES: Final = 64
"""Sources in ``App_Code`` that are joined to a page."""
MAX_BYTES: Final = 4 * 1024 * 1024
MAX_LOOKUPS: Final = 512
MAX_DEPTH: Final = 8

IN_PLACE: Final = frozenset({DependencyKind.INCLUDE_FILE, DependencyKind.INCLUDE_VIRTUAL, DependencyKind.SCRIPT_SRC})
"""Dependencies whose content the server inserts in place."""

SOURCES: Final = frozenset({DependencyKind.SRC, DependencyKind.CODE_FILE, DependencyKind.ASSEMBLY_SRC})
"""Source files that the server compiles together with the page."""

TYPES: Final = frozenset({DependencyKind.CLASS, DependencyKind.INHERITS})
"""Types, whose source may be in ``App_Code``."""

_ASSEMBLIES: Final = frozenset({DependencyKind.REGISTER_ASSEMBLY, DependencyKind.ASSEMBLY_NAME})
_SOURCE_EXTENSIONS: Final = ("cs", "vb", "js")
_SOURCE_FOLDERS: Final = 32
_SOURCE_BYTES: Final = 256 * 1024


class ResolutionCode(StrEnum):
    """The stable code of a resolution's outcome."""

    TAKEN = "taken"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    LIMIT = "limit"
    CYCLE = "cycle"
    APART = "apart"


class Resolution(NamedTuple):
    """The result of resolving a dependency.

    ``path`` is inside the source, ``shown`` is its form in reports; ``data`` are the bytes, or ``None`` with a
    ``reason``. ``APART`` is a file that the server builds separately (a page, an assembly, a type) and that the
    hunt examines by itself.
    """

    dependency: Dependency
    path: str | None
    data: bytes | None
    reason: str = ""
    code: ResolutionCode = ResolutionCode.TAKEN
    shown: str = ""


ResolveDependency = Callable[[Dependency, str], Resolution]
"""A function of a dependency and the path of the file that names it."""


class DependencyResolver:
    """Resolves the dependencies of one artifact: at most 64 files, 4 MiB in all, 512 lookups."""

    def __init__(self, source: Source, artifact: Artifact, lookup: Lookup | None = None) -> None:
        self._lookup = lookup or Lookup(source)
        self._source = source
        self._places = artifact.places
        self._files_left = MAX_FILES
        self._bytes_left = MAX_BYTES
        self._lookups_left = MAX_LOOKUPS
        self._read: dict[str, bytes] = {}
        self._app_code: list[Entry] | None = None

    @lazy_attribute
    def _targets(self) -> Targets:
        return self._lookup.cached(self._places, lambda: Targets(self._lookup, self._places))

    def __call__(self, dependency: Dependency, holder: str) -> Resolution:
        """Resolve a dependency of the file ``holder``; never raises."""
        if self._lookups_left <= 0:
            return Resolution(
                dependency, None, None, f"more than {MAX_LOOKUPS} names are looked up", ResolutionCode.LIMIT
            )
        self._lookups_left -= 1
        if dependency.kind in TYPES:
            return self._type(dependency, holder)
        if dependency.kind is DependencyKind.APP_CODE:
            return self._application(dependency, holder)
        if dependency.kind in _ASSEMBLIES:
            return self._assembly(dependency, dependency.target.partition(",")[0].strip(), holder)
        found = self._targets.find(
            dependency.target, holder, virtual_first=dependency.kind is DependencyKind.INCLUDE_VIRTUAL
        )
        if found.entry is None:
            code = ResolutionCode.UNREADABLE if found.unreadable else ResolutionCode.MISSING
            return Resolution(dependency, None, None, found.reason, code)
        if dependency.kind in IN_PLACE or dependency.kind in SOURCES or dependency.kind is DependencyKind.CLIENT_SCRIPT:
            return self._take(dependency, found.entry)
        words = "the server ignores it" if dependency.kind is DependencyKind.CODE_BEHIND else "it is a page of its own"
        return self._apart(dependency, found.entry, words)

    def _take(self, dependency: Dependency, entry: Entry) -> Resolution:
        """Read an entry within the remaining limits; a repeated entry counts each time."""
        shown = self._targets.shown(entry.path)
        if self._files_left <= 0 or entry.size_bytes > self._bytes_left:
            words = f"more than {MAX_FILES} files or {MAX_BYTES // 1024**2} MiB are included"
            return Resolution(dependency, entry.path, None, words, ResolutionCode.LIMIT, shown)
        try:
            data = self._read.get(entry.path)
            if data is None:
                # The file may be larger than its listed size: it may have grown, or be a link.
                data = self._read[entry.path] = self._source.read(entry.path, self._bytes_left)
        except SourceError as error:
            return Resolution(dependency, entry.path, None, error.message, ResolutionCode.UNREADABLE, shown)
        self._files_left -= 1
        self._bytes_left = max(0, self._bytes_left - len(data))
        return Resolution(dependency, entry.path, data, shown=shown)

    def _apart(self, dependency: Dependency, entry: Entry, words: str) -> Resolution:
        return Resolution(dependency, entry.path, None, words, ResolutionCode.APART, self._targets.shown(entry.path))

    def _type(self, dependency: Dependency, holder: str) -> Resolution:
        """Find the source of a type in ``App_Code``, or the assembly that its name mentions."""
        name, comma, assembly = dependency.target.partition(",")
        if comma:
            return self._assembly(dependency, assembly.partition(",")[0].strip(), holder)
        simple = name.strip().rpartition(".")[2]
        if simple and self._sources(holder):
            declared = re.compile(rb"(?i)\b(?:class|module)\s++" + re.escape(simple.encode("utf-8")) + rb"\b")
            for entry in self._sources(holder):
                if declared.search(self._read_source(entry)):
                    return self._take(dependency, entry)
        return Resolution(dependency, None, None, "no source in App_Code declares it", ResolutionCode.APART)

    def _application(self, dependency: Dependency, holder: str) -> Resolution:
        """Return a source in ``App_Code`` by its path, or a file that the page has objects of, by its address.

        For neither, return the digests of all sources in ``App_Code``, each followed by its path, with NULs
        between them; if some are left out, it is cut by a limit.
        """
        sources = self._sources(holder)
        if not dependency.target:
            question = (self._targets, "digests of App_Code", holder.rpartition("/")[0])
            data = self._lookup.cached(question, lambda: b"\0".join(map(self._digest_of, sources[:MAX_SOURCES])))
            if len(sources) <= MAX_SOURCES and all(each.size_bytes <= _SOURCE_BYTES for each in sources):
                return Resolution(dependency, None, data)
            words = f"App_Code has more than {MAX_SOURCES} sources, or one above {_SOURCE_BYTES // 1024} KiB"
            return Resolution(dependency, None, data, words, ResolutionCode.LIMIT)
        entry = next((each for each in sources if each.path == dependency.target), None)
        if entry is not None:
            return Resolution(dependency, entry.path, self._bytes_of(entry), shown=self._targets.shown(entry.path))
        entry = self._targets.find(dependency.target, holder).entry
        if entry is None:
            return Resolution(dependency, None, None, "there is no such file", ResolutionCode.MISSING)
        return self._take(dependency, entry)

    def _digest_of(self, entry: Entry) -> bytes:
        return (sha256(self._bytes_of(entry)).hexdigest() + entry.path).encode("utf-8", "surrogatepass")

    def _bytes_of(self, entry: Entry) -> bytes:
        """Return a source in ``App_Code``; empty if it can't be read."""
        self._read_source(entry)
        return self._read.get(entry.path, b"")

    def _read_source(self, entry: Entry) -> bytes:
        """Return a source without the NULs of a wide encoding; empty if it can't be read."""
        try:
            if entry.path not in self._read and entry.size_bytes <= _SOURCE_BYTES:
                self._read[entry.path] = self._source.read(entry.path, _SOURCE_BYTES)
        except SourceError:
            return b""
        return self._read.get(entry.path, b"").replace(b"\0", b"")

    def _assembly(self, dependency: Dependency, name: str, holder: str) -> Resolution:
        found = self._targets.find(f"~/bin/{name}.dll", holder) if name else FoundFile(None)
        if found.entry is None:
            return Resolution(dependency, None, None, "bin contains no assembly of this name", ResolutionCode.APART)
        return self._apart(dependency, found.entry, "it is an assembly")

    def _sources(self, holder: str) -> list[Entry]:
        """Return the sources in the application's first ``App_Code``, a bounded number."""
        if self._app_code is None:
            question = (self._targets, "App_Code", holder.rpartition("/")[0])
            self._app_code = self._lookup.cached(question, lambda: self._find_sources(holder))
        return self._app_code

    def _find_sources(self, holder: str) -> list[Entry]:
        folders = (self._lookup.find(top, ("App_Code",)) for top in self._targets.tops(holder))
        first = next((f for f in folders if f is not None and f.kind is EntryKind.DIRECTORY), None)
        return [] if first is None else list(islice(self._below(first.path), MAX_SOURCES + 1))

    def _below(self, top: str) -> Iterator[Entry]:
        waiting = [top]
        for directory in waiting:
            for entry in sorted(self._lookup.entries(directory), key=lambda each: each.name):
                if entry.kind is EntryKind.DIRECTORY and len(waiting) < _SOURCE_FOLDERS:
                    waiting.append(entry.path)
                elif entry.kind is EntryKind.FILE and entry.name.lower().rpartition(".")[2] in _SOURCE_EXTENSIONS:
                    yield entry
