r"""Resolution of the paths that pages name, always inside the source.

A target is only compared with names that the source lists and never passed to the source unchanged, so no target can
open a file outside the source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from webshellhunt.errors import SourceError
from webshellhunt.host.machine.paths import Lookup, fold, join_server_path, split_server_path
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.places import Volume, WebPlaces

_LONGEST: Final = 1024
_URL = re.compile(r"(?i)(?!file:)[a-z][a-z0-9+.-]++:/[/\\]")
_FILE_URL = re.compile(r"(?i)file:///?+(?=[a-z]:)")
_SHARE = re.compile(r"[\\/]{2}[^\\/]")
_SHORT = re.compile(r"([^~]{1,6})~\d{1,6}(\.[^.]{0,3})?")
_NOT_IN_SHORT = lazy_pattern(r"[ .+,;=\[\]]")
_MOST_LONG_NAMES: Final = 8


class FoundFile(NamedTuple):
    """The entry of the source that a target resolves to, or the reason for its absence."""

    entry: Entry | None
    reason: str = ""
    unreadable: bool = False


class Targets:
    """Resolves targets named by the pages of one site; the lookup caches the results."""

    def __init__(self, lookup: Lookup, places: WebPlaces) -> None:
        self._lookup = lookup
        self._places = places
        self._virtual = dict(places.virtual)
        self._volumes = sorted(places.volumes, key=lambda volume: len(volume.top), reverse=True)

    def find(self, target: str, holder: str, *, virtual_first: bool = False) -> FoundFile:
        """Return the entry that a target in the file ``holder`` (a path inside the source) resolves to.

        ``virtual_first`` is for ``#include virtual``, whose relative paths start at the site.
        """
        if len(target) > _LONGEST:
            return self._find(target, holder, virtual_first)
        question = (self, target, holder.rpartition("/")[0], virtual_first)
        return self._lookup.cached(question, lambda: self._find(target, holder, virtual_first))

    def _find(self, target: str, holder: str, virtual_first: bool) -> FoundFile:
        text = _FILE_URL.sub("", target.strip().strip("\"'"))
        refused = self._refusal(text)
        if refused is not None:
            return FoundFile(None, refused)
        looked: list[str] = []
        for place in self._candidates(text, holder, virtual_first=virtual_first):
            if place is None:
                continue
            entry = self._at(*place)
            if entry is not None:
                return _judged(entry)
            looked.append(fold("/".join((place[0], *place[1])).lstrip("/")))
        if not looked:
            return FoundFile(None, "it leads above the source's top folder")
        shut = next((p for p in self._lookup.unreadable if any(_is_within(fold(p), path) for path in looked)), None)
        if shut is not None:
            return FoundFile(None, f"it may be in {self.shown(shut)}, which can't be read", unreadable=True)
        return FoundFile(None, "there is no such file in the source")

    def shown(self, path: str) -> str:
        """Return the form of a source path that reports show."""
        volume = self._volume_of(path)
        if volume is None:
            return path
        rest = path[len(volume.top) :].strip("/")
        return join_server_path(volume.letter, rest.split("/") if rest else ())

    def tops(self, holder: str) -> list[str]:
        """Return the directories that ``/`` and ``~/`` may mean, the likeliest first."""
        return list(dict.fromkeys([*self._places.tops, "", *_above(holder)]))

    def _refusal(self, text: str) -> str | None:
        if not text or len(text) > _LONGEST:
            return "the name is empty or longer than any path"
        if _URL.match(text):
            return "it is a network address"
        letter = split_server_path(text).letter
        if letter is not None:
            known = any(volume.letter == letter for volume in self._volumes)
            return None if known else f"the source does not contain drive {letter}:"
        if _SHARE.match(text) and not text.startswith(("\\\\?\\", "\\\\.\\", "//?/", "//./")):
            return "it is on another machine"
        return None

    def _candidates(
        self, text: str, holder: str, *, virtual_first: bool
    ) -> Iterator[tuple[str, tuple[str, ...]] | None]:
        """Yield each candidate, a top directory and the names below it; ``None`` for one outside the source."""
        absolute = split_server_path(text)
        if absolute.letter is not None:
            yield from ((volume.top, absolute.names) for volume in self._volumes if volume.letter == absolute.letter)
            return
        if text[0] in "~/\\":
            yield from self._from_site(text.removeprefix("~"), holder)
            volume = self._volume_of(holder)
            if volume is not None and text[0] != "~":
                yield volume.top, absolute.names
            return
        relative = self._relative(text, holder)
        if virtual_first:
            yield from self._from_site(text, holder)
        yield relative

    def _from_site(self, text: str, holder: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        names = split_server_path(text).names
        for count in range(len(names), -1, -1):
            directory = self._virtual.get("/".join(names[:count]).lower())
            if directory is not None:
                yield directory, names[count:]
                break
        yield from ((top, names) for top in self.tops(holder))

    def _relative(self, text: str, holder: str) -> tuple[str, tuple[str, ...]] | None:
        """Resolve a relative path; on a known drive ``..`` stops at the top, as on Windows."""
        directory = holder.rpartition("/")[0]
        volume = self._volume_of(holder)
        top = "" if volume is None else volume.top
        names = [name for name in directory[len(top) :].split("/") if name]
        for name in text.replace("/", "\\").split("\\"):
            if name == "..":
                if not names and volume is None:
                    return None
                del names[-1:]
            elif name not in ("", "."):
                names.append(name.rstrip(". ") or name)
        return top, tuple(names)

    def _volume_of(self, path: str) -> Volume | None:
        return next((v for v in self._volumes if not v.top or path == v.top or path.startswith(v.top + "/")), None)

    def _at(self, top: str, names: Sequence[str]) -> Entry | None:
        """Return the entry below a top by its names, ignoring case; short names and streams count too."""
        if not names:
            return None
        base, _, stream = names[-1].partition(":")
        names = (*names[:-1], base)
        entry = self._lookup.find(top, names) or self._by_short_names(top, names)
        stream = stream.partition(":")[0]  # its type, $DATA, follows
        if entry is None or not stream:
            return entry
        try:
            streams = self._lookup.source.streams(entry.path)
        except SourceError as error:
            self._lookup.unreadable[entry.path] = error.message
            return None
        return next((s for s in streams if s.name.partition(":")[2].lower() == stream.lower()), None)

    def _by_short_names(self, top: str, names: Sequence[str]) -> Entry | None:
        """Follow names such as ``PROGRA~1``: any long name that Windows may have shortened to it."""
        if not any(_SHORT.fullmatch(name) for name in names):
            return None
        here = [top]
        found: list[Entry] = []
        for name in names:
            found = [entry for place in here for entry in self._children(place, name)][:_MOST_LONG_NAMES]
            here = [entry.path for entry in found if entry.kind is EntryKind.DIRECTORY]
        return next(iter(found), None)

    def _children(self, place: str, name: str) -> list[Entry]:
        entry = self._lookup.find(place, (name,))
        if entry is not None:
            return [entry]
        short = _SHORT.fullmatch(name)
        if short is None:
            return []
        return sorted(
            (each for each in self._lookup.entries(place) if _may_be_short(each.name, short)), key=lambda e: e.name
        )


def _may_be_short(name: str, short: re.Match[str]) -> bool:
    stem, dot, extension = name.rpartition(".") if "." in name.lstrip(".") else (name, "", "")
    plain = _NOT_IN_SHORT.sub("", stem).upper()
    return plain.startswith(short[1].upper()) and (dot + extension[:3]).upper() == (short[2] or "").upper()


def _judged(entry: Entry) -> FoundFile:
    if entry.kind is EntryKind.LINK:
        return FoundFile(None, "a link there leads outside the source")
    if entry.kind is not EntryKind.FILE:
        return FoundFile(None, "the entry there is not a file")
    return FoundFile(entry)


def _is_within(top: str, path: str) -> bool:
    return not top or path == top or path.startswith(top + "/")


def _above(path: str) -> Iterator[str]:
    while path:
        path = path.rpartition("/")[0]
        yield path
