"""A view of sources: a part of one as a source of its own, or a folder with the archives in it as directories."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from webshellhunt.errors import SourceNotFoundError
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.findings import Gap
from webshellhunt.model.source_form import SourceForm
from webshellhunt.model.times import TimeBasis
from webshellhunt.sources.source import Closing, Source, form_of


class Part(NamedTuple):
    """A directory of a source."""

    source: Source
    top: str = ""


class ViewSource(Closing):
    """A source made of parts of others: ``parts`` has the part at each path, that at ``""`` is the top.

    A part at another path takes the place of a file there, such as an archive.
    """

    def __init__(self, location: str, parts: Mapping[str, Part]) -> None:
        self.location: str = location
        self.live: bool = False
        self._parts = dict(parts)

    @property
    def drives(self) -> Mapping[str, str]:
        """Return the drives that the user named for the source at the top, if all of it is shown."""
        top = self._parts[""]
        return {} if top.top else top.source.drives

    @property
    def time_bases(self) -> tuple[TimeBasis, ...]:
        """Return the time bases of the sources."""
        return tuple(basis for part in self._parts.values() for basis in part.source.time_bases)

    @property
    def form(self) -> SourceForm:
        """Return the form of the source at the top, with the gaps of each one in the parts."""
        forms = {path: form_of(part.source) for path, part in self._parts.items()}
        gaps = tuple(gap for path, form in forms.items() for gap in self._gaps(path, form))
        top, *inner = forms.values()
        labels = sorted({form.label for form in inner})
        label = f"{top.label or 'a folder'} with {' and '.join(labels)} in it" if labels else top.label
        snapshots = () if self._parts[""].top else top.snapshots
        return SourceForm(label, any(form.is_collection for form in forms.values()), gaps, snapshots, top.computer)

    def list(self, path: str) -> list[Entry]:
        """Return the entries of a directory, sorted by name."""
        part, at, inside = self._find(path)
        return [self._shown(each, at, part) for each in part.source.list(inside)]

    def names(self, path: str) -> dict[str, EntryKind]:
        """Return the names in a directory with the kind of each entry."""
        part, _, inside = self._find(path)
        names = part.source.names(inside)
        mounted = (name for name in names if f"{path}/{name}".lstrip("/") in self._parts)
        return {**names, **dict.fromkeys(mounted, EntryKind.DIRECTORY)}

    def stat(self, path: str) -> Entry | None:
        """Return the entry at a path, or ``None`` if there is none."""
        part, at, inside = self._find(path)
        found = part.source.stat(inside)
        return None if found is None else self._shown(found, at, part)._replace(name=path.rpartition("/")[2], path=path)

    def read(self, path: str, limit_bytes: int, offset: int = 0) -> bytes:
        """Return at most ``limit_bytes`` bytes of a file from ``offset`` on."""
        part, _, inside = self._find(path)
        return part.source.read(inside, limit_bytes, offset)

    def streams(self, path: str) -> tuple[Entry, ...]:
        """Return the alternate data streams of a file or directory, sorted by name."""
        part, at, inside = self._find(path)
        return tuple(self._shown(each, at, part) for each in part.source.streams(inside))

    def locate(self, path: str) -> str | None:
        """Return the path on this machine, or ``None``."""
        part, _, inside = self._find(path)
        return part.source.locate(inside)

    def close(self) -> None:
        """Close the sources."""
        for part in self._parts.values():
            part.source.close()

    def __repr__(self) -> str:
        return f"ViewSource({self.location!r}, {self._parts!r})"

    def _find(self, path: str) -> tuple[Part, str, str]:
        """Return the part of a path, the path at which it is shown, and the path inside its source."""
        at = max((each for each in self._parts if not each or path == each or path.startswith(f"{each}/")), key=len)
        if ".." in path.split("/"):
            raise SourceNotFoundError("the path is outside the source", path=path)
        part = self._parts[at]
        return part, at, _join(part.top, path[len(at) :].lstrip("/"))

    def _shown(self, entry: Entry, at: str, part: Part) -> Entry:
        """Return an entry with its path and target in this view; an archive that is a part is a directory."""
        path = _shown_path(entry.path, at, part) or ""
        target = None if entry.target is None else _shown_path(entry.target, at, part)
        if path != at and path in self._parts:
            return entry._replace(path=path, kind=EntryKind.DIRECTORY, size_bytes=0, target=None)
        return entry._replace(path=path, target=target)

    def _gaps(self, at: str, form: SourceForm) -> Iterator[Gap]:
        """Yield the gaps of one source; those of an archive have the paths of this view."""
        part = self._parts[at]
        for gap in form.gaps:
            shown = _shown_path(gap.path, at, part) if gap.path != part.source.location else None
            is_outside = part.top and shown is None and gap.path != part.source.location
            if not is_outside:
                yield gap if shown is None else replace(gap, path=shown)


def _shown_path(path: str, at: str, part: Part) -> str | None:
    """Return the path in a view of a path in the source of a part, or ``None`` if it is outside of the part."""
    if part.top and path != part.top and not path.startswith(f"{part.top}/"):
        return None
    return _join(at, path[len(part.top) :].lstrip("/"))


def _join(directory: str, name: str) -> str:
    return f"{directory}/{name}" if directory and name else directory or name
