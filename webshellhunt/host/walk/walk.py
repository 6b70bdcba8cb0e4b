"""Walk: each file below the roots, once, in an order that is always the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from webshellhunt.errors import SourceError
from webshellhunt.fence import Fence, walk_fenced
from webshellhunt.host.iis.configuration_chain import Chain
from webshellhunt.host.walk.file_filter import (
    extension_of,
    indicates_web_directory,
    is_archive_or_dump,
    is_candidate,
    is_executed,
    may_be_executed,
)
from webshellhunt.host.walk.ntfs_files import FILE_TABLE, is_ntfs_file
from webshellhunt.host.walk.roles import role_at
from webshellhunt.host.walk.survey import Survey
from webshellhunt.host.walk.web_places import WebPlacesBuilder
from webshellhunt.model.artifact import Artifact, Entry, EntryKind
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Limits
from webshellhunt.model.places import Role, Root, WebPlaces
from webshellhunt.model.settings import PageSettings
from webshellhunt.sources.source import Source

_DROP_ENTRIES = 200_000
_ANY = frozenset({Role.GIVEN, Role.BIN, Role.DROP})
"""Roles of directories that no server needs to have anything to do with."""


class _Place(NamedTuple):
    """A directory to list: its root, the names from there, its settings so far, and if it ``serves`` a web site."""

    path: str
    root: Root
    names: tuple[str, ...]
    chain: Chain
    depth: int
    scripts_only: bool
    entry: Entry | None = None
    serves: bool = False


class _Surroundings(NamedTuple):
    """What the files of one directory share; ``shown`` is how the server names it, a backslash at its end."""

    shown: str | None
    role: Role
    settings: PageSettings
    places: WebPlaces


def walk(source: Source, survey: Survey, limits: Limits) -> Iterator[Artifact | Gap]:
    """Yield every file below the roots of a survey, and a gap for whatever can't be listed or followed.

    A file's role is that of the deepest root or shape above it. Alternate data streams are files of their own, where
    the source tells them. Links are followed inside the source only, and nothing is walked twice. In the fixed places
    that attackers use (``ProgramData`` and the like), which hold a system's whole litter, only files that a server
    could execute, small scripts, and archives and memory dumps at their top are taken, and at most 200,000 entries
    looked at; a directory there that the configuration serves is a root of its own, and walked in full. An entry that
    makes the walk crash costs itself, a directory that does its own files.
    """
    return walk_fenced(source.location, "walk", lambda: _Walk(source, survey, limits).run())


class _Walk:
    """The state of one walk."""

    def __init__(self, source: Source, survey: Survey, limits: Limits) -> None:
        self._source = source
        self._survey = survey
        self._limits = limits
        self._roots = {root.path: root for root in survey.roots}
        self._starts = self._find_starts()
        self._walked: set[str] = set()
        self._identities: dict[tuple[int, int], Entry] = {}
        self._entries = 0
        self._drop_entries = 0
        self._said: set[str] = set()
        self._places = WebPlacesBuilder(survey.paths.volumes, survey.configuration.served)
        self._tops = frozenset({"", *(volume.top for volume in survey.paths.volumes)})
        self._told = {(gap.code, gap.path) for gap in survey.gaps}

    def run(self) -> Iterator[Artifact | Gap]:
        """Yield what is found, depth first, the files of a directory before its directories."""
        stack = [self._start(root) for root in reversed(self._starts)]
        while stack:
            place = stack.pop()
            if place.path in self._walked:
                continue
            if self._entries > self._limits.entries:
                yield from self._once(
                    "too-many-entries",
                    place,
                    f"the limit of {self._limits.entries} entries is reached; nothing more is listed",
                    True,
                )
                return
            below: list[_Place] = []
            shown = self._survey.paths.display_path(place.path)
            for item in walk_fenced(shown, "directory", partial(self._directory, place, below)):
                if not isinstance(item, Gap) or (item.code, item.path) not in self._told:
                    yield item
            stack += reversed(below)

    def _find_starts(self) -> list[Root]:
        """Return the outermost roots; the fixed places last, so that whatever leads into them goes first."""
        starts = [root for root in self._roots.values() if not self._is_below_another(root)]
        return sorted(starts, key=lambda root: (root.role is Role.DROP, root.path))

    def _is_below_another(self, root: Root) -> bool:
        return any(
            other in self._roots and not self._survey.walk_misses(other, root.path) for other in _ancestors(root.path)
        )

    def _start(self, root: Root) -> _Place:
        chain = self._survey.configuration.chain_above(root.path)
        return _Place(root.path, root, (), chain, 0, root.role is Role.DROP)

    def _directory(self, place: _Place, below: list[_Place]) -> Iterator[Artifact | Gap]:
        self._walked.add(place.path)
        if self._is_walked_under_another_name(place.entry):
            yield self._gap("walked-already", place.path, "the same directory as one walked before under another name")
            return
        try:
            entries = self._survey.paths.lookup.pop_entries(place.path)
        except SourceError as error:
            yield self._gap("unreadable", place.path, error.message, matters=place.root.role is not Role.DROP)
            return
        self._entries += len(entries)
        chain, settings, gaps = self._configured(place, entries)
        yield from gaps
        role = role_at(place.names, place.root.role)
        place = place._replace(serves=place.serves or self._serves(role, entries))
        shown = self._survey.paths.server_path(place.path)
        if shown is not None and not shown.endswith("\\"):
            shown += "\\"
        file = _Surroundings(shown, role, settings, self._places.of(place.path, chain, place.root))
        if place.entry is not None:
            # The streams of a directory are named beside it, as it is itself.
            above = None if shown is None else shown.rstrip("\\").rpartition("\\")[0] + "\\"
            yield from self._streams(place.entry, file._replace(shown=above))
        for entry in entries:
            path = entry.path if shown is None else shown + entry.name
            yield from walk_fenced(path, "entry", partial(self._entry, place, entry, chain, below, file))

    def _serves(self, role: Role, entries: Sequence[Entry]) -> bool:
        """Return True if a directory is of a web site, or of a host on which any directory may be."""
        host = self._survey.host
        return (
            role not in _ANY or host.iis or bool(host.exchange) or any(indicates_web_directory(e.name) for e in entries)
        )

    def _matters(self, place: _Place, entry: Entry, file: _Surroundings) -> bool:
        """Return True if a page may be missing where an entry can't be opened."""
        return may_be_executed(entry.name) if place.serves else is_executed(entry.name, file.settings)

    def _configured(self, place: _Place, entries: Sequence[Entry]) -> tuple[Chain, PageSettings, Sequence[Gap]]:
        """Return what the configuration of a directory makes of it; one that can't be followed changes nothing."""

        def extended() -> Iterator[tuple[Chain, PageSettings, Sequence[Gap]]]:
            chain, gaps = configuration.extend(place.chain, place.path, entries)
            yield chain, configuration.settings(chain), gaps

        configuration = self._survey.configuration
        fence = Fence(self._survey.paths.display_path(place.path), "walk")
        for each in fence.each("configuration", extended):
            return each
        return place.chain, configuration.settings(place.chain), fence.gaps

    def _entry(
        self, place: _Place, entry: Entry, chain: Chain, below: list[_Place], file: _Surroundings
    ) -> Iterator[Artifact | Gap]:
        """Yield what one entry of a directory is, or put it among those still to be listed."""
        if entry.kind is EntryKind.FILE and is_ntfs_file(entry.path, self._tops):
            if entry.name.lower() == FILE_TABLE:
                reason = "the file table of the volume is not read by this version: small or deleted pages may be in it"
                yield self._gap("file-table-not-read", entry.path, reason)
        elif entry.kind is EntryKind.FILE:
            # What is packed to be carried off lies at the top of a drop place, in no product's folder.
            staged = not place.names and is_archive_or_dump(entry.name)
            if not place.scripts_only or staged or is_candidate(entry, file.settings):
                yield self._artifact(entry, entry, file)
                yield from self._streams(entry, file)
        elif entry.kind is EntryKind.DIRECTORY:
            yield from self._descend(place, entry, chain, below)
        elif entry.kind is EntryKind.LINK:
            yield from self._link(place, entry, chain, below, file)
        else:
            yield self._gap("special-file", entry.path, "it is a device, pipe or socket, so it is not opened")

    def _descend(self, place: _Place, entry: Entry, chain: Chain, below: list[_Place]) -> Iterator[Gap]:
        if self._survey.is_unwalked_drive(entry.path):
            return
        if place.scripts_only:
            self._drop_entries += 1
            if self._drop_entries > _DROP_ENTRIES:
                yield from self._once(
                    "drop-cut", place, "so much is kept here that the rest of it was not listed", False
                )
                return
        if place.depth >= self._limits.walk_depth:
            reason = f"it lies more than {self._limits.walk_depth} directories deep; such directories are not listed"
            yield from self._once("too-deep", place, reason, True)
            return
        root = self._roots.get(entry.path)
        if root is None:
            inner = chain.step(entry.name)
            names = (*place.names, entry.name)
            below.append(place._replace(path=entry.path, names=names, chain=inner, depth=place.depth + 1, entry=entry))
            return
        inner = self._survey.configuration.chain_at(entry.path, chain.step(entry.name))
        scripts_only = root.role is Role.DROP and place.scripts_only
        below.append(_Place(entry.path, root, (), inner, place.depth + 1, scripts_only, entry, place.serves))

    def _link(
        self,
        place: _Place,
        entry: Entry,
        chain: Chain,
        below: list[_Place],
        file: _Surroundings,
    ) -> Iterator[Artifact | Gap]:
        """Follow a link to what the walk wouldn't come to by itself, under the settings of the place it is in."""
        try:
            target = None if entry.target is None else self._source.stat(entry.target)
        except SourceError as error:
            yield self._gap("unreadable", entry.path, error.message, matters=self._matters(place, entry, file))
            return
        if target is None:
            reason = "the link leads out of the source, or nowhere, so it is not followed"
            yield self._gap("link-outside", entry.path, reason, matters=self._matters(place, entry, file))
        elif target.kind is EntryKind.DIRECTORY:
            if not self._comes_to(target.path):
                root = Root(target.path, self._survey.paths.server_path(target.path), file.role, "a link to it")
                link = place._replace(path=target.path, root=root, names=(), chain=chain.step(entry.name))
                below.append(link._replace(depth=place.depth + 1, entry=target))
        elif target.kind is EntryKind.FILE:
            # A file's name decides how it is read, so that a link of another kind is a file of its own.
            if not self._comes_to(target.path) or extension_of(target.name) != extension_of(entry.name):
                yield self._artifact(entry, target, file)
        else:
            yield self._gap("special-file", entry.path, "the link leads to what is no plain file, so it is not opened")

    def _comes_to(self, path: str) -> bool:
        """Tell whether the walk lists everything at this path anyway."""
        return any(
            start.role is not Role.DROP and not self._survey.walk_misses(start.path, path)
            for start in self._starts
            if start.path == "" or path == start.path or path.startswith(start.path + "/")
        )

    def _streams(self, entry: Entry, file: _Surroundings) -> Iterator[Artifact | Gap]:
        """Yield the alternate data streams of an entry, which take its times where they have none."""
        try:
            streams = self._source.streams(entry.path)
        except SourceError as error:
            matters = may_be_executed(entry.name) and entry.kind is EntryKind.FILE
            yield self._gap("unreadable", entry.path, error.message, matters=matters)
            return
        for stream in streams:
            yield self._artifact(stream, stream._replace(times=entry.times, attributes=entry.attributes), file)

    def _artifact(self, entry: Entry, content: Entry, file: _Surroundings) -> Artifact:
        return Artifact(
            entry.path,
            entry.path if file.shown is None else file.shown + entry.name,
            file.role,
            content.size_bytes,
            content.times,
            file.settings,
            self._source.locate(entry.path),
            content.attributes,
            file.places,
        )

    def _is_walked_under_another_name(self, entry: Entry | None) -> bool:
        if entry is None or entry.identity is None:
            return False
        same = self._identities.setdefault(entry.identity, entry)
        # Some file systems give one number to many directories; their times tell these apart.
        return same.path != entry.path and same.times.modified_utc == entry.times.modified_utc

    def _gap(self, code: str, path: str, reason: str, *, matters: bool = False) -> Gap:
        return Gap(code, "walk", self._survey.paths.display_path(path), reason, matters)

    def _once(self, code: str, place: _Place, reason: str, matters: bool) -> Iterator[Gap]:
        if code not in self._said:
            self._said.add(code)
            yield self._gap(code, place.path, reason, matters=matters)


def _ancestors(path: str) -> Iterator[str]:
    while path:
        path = path.rpartition("/")[0]
        yield path
