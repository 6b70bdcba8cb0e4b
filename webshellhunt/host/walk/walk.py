"""The walk: each file below the roots, once, in a deterministic order.

The metadata files of NTFS, which some drivers and collectors list, are no pages. The volume shadow copies of a drive
lie in files of the system, too: each has the blocks that changed since its time.

Source: Microsoft, "Master File Table"; the documentation of ntfs-3g, option ``show_sys_files``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from webshellhunt.containers import page_names
from webshellhunt.errors import SourceError
from webshellhunt.fence import Fence, items_fenced, walk_fenced
from webshellhunt.host.iis.configuration_chain import Chain
from webshellhunt.host.walk.file_filter import (
    extension_of,
    indicates_web_directory,
    is_archive_or_dump,
    is_candidate,
    is_executed,
    may_be_executed,
)
from webshellhunt.host.walk.roles import role_at
from webshellhunt.host.walk.survey import Survey
from webshellhunt.host.walk.virtual_paths import WebPlacesBuilder
from webshellhunt.model.artifact import Artifact, Entry, EntryKind
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Limits
from webshellhunt.model.places import Role, Root, WebPlaces
from webshellhunt.model.settings import PageSettings
from webshellhunt.sources.source import Source

_DROP_ENTRIES = 200_000
_ANY = frozenset({Role.GIVEN, Role.BIN, Role.DROP})
"""Roles of directories that may have nothing to do with a web server."""

_AT_TOP = frozenset(
    {"$mft", "$mftmirr", "$logfile", "$volume", "$attrdef", "$bitmap", "$boot", "$badclus", "$secure", "$upcase"}
    | {"$secure_$sds", "$quota", "$boot_$boot", "$j"}  # as collectors name streams, and Windows 2000
)
_EXTEND = "$extend"
_INFORMATION = "system volume information"
_STORE_OF_COPIES = "{3808876b-c176-4e48-b7ae-04046e6cc752}"


class _Place(NamedTuple):
    """A directory to list: its root, the names below it, its settings so far, and whether it ``serves`` a web site."""

    path: str
    root: Root
    names: tuple[str, ...]
    chain: Chain
    depth: int
    scripts_only: bool
    entry: Entry | None = None
    serves: bool = False


class _Surroundings(NamedTuple):
    """The properties that the files of one directory share; ``prefix`` is its server path and a backslash."""

    prefix: str | None
    role: Role
    settings: PageSettings
    places: WebPlaces


def walk(source: Source, survey: Survey, limits: Limits) -> Iterator[Artifact | Gap]:
    """Yield every file below the roots of a survey, and a gap for each entry that can't be listed or followed.

    The deepest root or directory name with a role decides the role of a file. Alternate data streams are files of their
    own if the source lists them. Links are followed inside the source only, and no directory is walked twice. In the
    drop folders that attackers use (``ProgramData`` and the like), which contain many unrelated files, only files that
    a server can execute, small scripts, and archives and memory dumps at their top are examined, and at most 200,000
    directories are listed; a directory there that the configuration serves is a root of its own, and is walked
    completely. A crash at an entry costs that entry, a crash at a directory costs its files.
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
        self._reported_once: set[str] = set()
        self._places = WebPlacesBuilder(survey.paths.volumes, survey.configuration.served)
        self._tops = frozenset({"", *(volume.top for volume in survey.paths.volumes)})
        self._reported = {(gap.code, gap.path) for gap in survey.gaps}

    def run(self) -> Iterator[Artifact | Gap]:
        """Yield the files and gaps depth first, the files of a directory before its subdirectories."""
        stack = [self._start(root) for root in reversed(self._starts)]
        while stack:
            place = stack.pop()
            if place.path in self._walked:
                continue
            if self._entries > self._limits.entries:
                reason = f"the limit of {self._limits.entries} entries is reached; no further directory is listed"
                yield from self._once("too-many-entries", place, reason, True)
                return
            below: list[_Place] = []
            label = self._survey.paths.display_path(place.path)
            for item in walk_fenced(label, "directory", partial(self._directory, place, below)):
                if not isinstance(item, Gap) or (item.code, item.path) not in self._reported:
                    yield item
            stack += reversed(below)

    def _find_starts(self) -> list[Root]:
        """Return the outermost roots, drop folders last, so that directories in them that a site serves come first."""
        starts = [root for root in self._roots.values() if not self._is_below_another(root)]
        return sorted(starts, key=lambda root: (root.role is Role.DROP, root.path))

    def _is_below_another(self, root: Root) -> bool:
        return any(
            other in self._roots and not self._survey.walk_misses(other, root.path) for other in _ancestors(root.path)
        )

    def _start(self, root: Root) -> _Place:
        chain = self._survey.configuration.chain_above(root.path)
        try:
            entry = self._source.stat(root.path) if root.path else None
        except SourceError:
            entry = None  # its listing is the gap
        return _Place(root.path, root, (), chain, 0, root.role is Role.DROP, entry)

    def _directory(self, place: _Place, below: list[_Place]) -> Iterator[Artifact | Gap]:
        self._walked.add(place.path)
        if self._is_walked_under_another_name(place.entry):
            yield self._gap("walked-already", place.path, "this directory was already examined under another name")
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
        prefix = self._survey.paths.server_path(place.path)
        if prefix is not None and not prefix.endswith("\\"):
            prefix += "\\"
        file = _Surroundings(prefix, role, settings, self._places.of(place.path, chain, place.root))
        if place.entry is not None:
            # The streams of a directory have the prefix of its parent, as the directory itself.
            above = None if prefix is None else "".join(prefix.rstrip("\\").rpartition("\\")[:2])
            yield from self._streams(place.entry, file._replace(prefix=above), matters=place.serves)
        for entry in entries:
            path = entry.path if prefix is None else prefix + entry.name
            yield from items_fenced(path, "entry", self._entry, place, entry, chain, below, file)

    def _serves(self, role: Role, entries: Sequence[Entry]) -> bool:
        """Return True if a directory belongs to a web site, or may belong to one on this host."""
        host = self._survey.host
        return (
            role not in _ANY or host.iis or bool(host.exchange) or any(indicates_web_directory(e.name) for e in entries)
        )

    def _matters(self, place: _Place, entry: Entry, file: _Surroundings) -> bool:
        """Return True if an entry that can't be opened may be a page."""
        return may_be_executed(entry.name) if place.serves else is_executed(entry.name, file.settings)

    def _configured(self, place: _Place, entries: Sequence[Entry]) -> tuple[Chain, PageSettings, Sequence[Gap]]:
        """Return the chain, settings and gaps of a directory; after a crash the settings of its parent remain."""

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
        """Yield the artifacts and gaps of one entry; a subdirectory is added to ``below``."""
        if entry.kind is EntryKind.FILE and is_ntfs_file(entry.path, self._tops):
            return  # the witness of the file records reads them
        if entry.kind is EntryKind.FILE:
            # Archives staged for exfiltration are at the top of a drop folder, not in the folder of a product.
            staged = not place.names and is_archive_or_dump(entry.name)
            if not place.scripts_only or staged or is_candidate(entry, file.settings):
                yield self._artifact(entry, entry, file)
                yield from self._streams(entry, file, matters=may_be_executed(entry.name))
        elif entry.kind is EntryKind.DIRECTORY:
            yield from self._descend(place, entry, chain, below)
        elif entry.kind is EntryKind.LINK:
            yield from self._link(place, entry, chain, below, file)
        else:
            yield self._special(entry, "it is a device, pipe or socket, so it is not opened")

    def _descend(self, place: _Place, entry: Entry, chain: Chain, below: list[_Place]) -> Iterator[Gap]:
        if self._survey.is_unwalked_drive(entry.path):
            return
        if place.scripts_only:
            self._drop_entries += 1
            if self._drop_entries > _DROP_ENTRIES:
                reason = f"more than {_DROP_ENTRIES} directories in drop folders; the others were not listed"
                yield from self._once("drop-cut", place, reason, False)
                return
        if place.depth >= self._limits.walk_depth:
            reason = f"it is more than {self._limits.walk_depth} directories deep; such directories are not listed"
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
        self, place: _Place, entry: Entry, chain: Chain, below: list[_Place], file: _Surroundings
    ) -> Iterator[Artifact | Gap]:
        """Follow a link to an entry that the walk does not reach otherwise; the settings are those at the link."""
        try:
            target = None if entry.target is None else self._source.stat(entry.target)
        except SourceError as error:
            yield self._gap("unreadable", entry.path, error.message, matters=self._matters(place, entry, file))
            return
        if target is None:
            reason = "the link points outside the source or to nothing, so it is not followed"
            yield self._gap("link-outside", entry.path, reason, matters=self._matters(place, entry, file))
        elif target.kind is EntryKind.DIRECTORY:
            if not self._is_reached(target.path):
                root = Root(target.path, self._survey.paths.server_path(target.path), file.role, "a link to it")
                link = place._replace(path=target.path, root=root, names=(), chain=chain.step(entry.name))
                below.append(link._replace(depth=place.depth + 1, entry=target))
        elif target.kind is EntryKind.FILE:
            # The name decides how a file is parsed, so that a link with another extension is a file of its own.
            if not self._is_reached(target.path) or extension_of(target.name) != extension_of(entry.name):
                yield self._artifact(entry, target, file)
        else:
            yield self._special(entry, "the link points to a device, pipe or socket: it is not opened")

    def _is_reached(self, path: str) -> bool:
        """Return True if the walk lists every file at this path anyway."""
        return any(
            start.role is not Role.DROP and not self._survey.walk_misses(start.path, path)
            for start in self._starts
            if start.path == "" or path == start.path or path.startswith(start.path + "/")
        )

    def _streams(self, entry: Entry, file: _Surroundings, *, matters: bool) -> Iterator[Artifact | Gap]:
        """Yield the alternate data streams of an entry, with its times and attributes."""
        try:
            streams = self._source.streams(entry.path)
        except SourceError as error:
            yield self._gap("unreadable", entry.path, error.message, matters=matters)
            return
        for stream in streams:
            yield self._artifact(stream, stream._replace(times=entry.times, attributes=entry.attributes), file)

    def _artifact(self, entry: Entry, content: Entry, file: _Surroundings) -> Artifact:
        return Artifact(
            entry.path,
            entry.path if file.prefix is None else file.prefix + entry.name,
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
        # Some file systems assign one number to many directories; their times distinguish them.
        return same.path != entry.path and same.times.modified_utc == entry.times.modified_utc

    def _gap(self, code: str, path: str, reason: str, *, matters: bool = False) -> Gap:
        return Gap(code, "walk", self._survey.paths.display_path(path), reason, matters)

    def _special(self, entry: Entry, reason: str) -> Gap:
        """Return the gap of an entry that is no file; it matters if a server would run a file of this name."""
        return self._gap("special-file", entry.path, reason, matters=may_be_executed(entry.name))

    def _once(self, code: str, place: _Place, reason: str, matters: bool) -> Iterator[Gap]:
        if code not in self._reported_once:
            self._reported_once.add(code)
            yield self._gap(code, place.path, reason, matters=matters)


def _ancestors(path: str) -> Iterator[str]:
    while path:
        path = path.rpartition("/")[0]
        yield path


def is_ntfs_file(path: str, tops: Collection[str]) -> bool:
    r"""Return True if a path inside the source is a metadata file of NTFS by its name and directory.

    These files are at the top of a volume and below its ``$Extend``, and have names that begin with ``$``, or have
    shadow copies and lie in ``System Volume Information``. Any other file there, and any file with the extension of a
    page, is not one of them.

    Args:
        path: The path of a file.
        tops: The tops of volumes.
    """
    if "$" not in path and not path.endswith("}"):
        return False
    parent, _, name = path.rpartition("/")
    lower = name.lower()
    if lower.endswith(_STORE_OF_COPIES):
        return any(parent.lower() == f"{top}/{_INFORMATION}".lstrip("/").lower() for top in tops)
    if not lower.startswith("$"):
        return False
    if page_names.extension_of(lower.replace(":", ".").replace("%3a", ".")) in page_names.SERVED_EXTENSIONS:
        return False
    if parent in tops:
        return lower.partition(":")[0] in _AT_TOP
    return any(_is_below(parent, top) for top in tops)


def _is_below(parent: str, top: str) -> bool:
    below = parent[len(top) + 1 :] if top and parent.startswith(f"{top}/") else parent if not top else ""
    return below.partition("/")[0].lower() == _EXTEND
