"""Gaps for files that a collection lacks, of which it has a part, or which are gone: few sentences for many files.

Antivirus software on the machine of the analyst removes exactly the pages that are looked for when a collection is
unpacked, and leaves no trace in it but the record of the collector.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from webshellhunt.containers.page_names import SERVED_EXTENSIONS, extension_of
from webshellhunt.errors import SourceError
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.findings import Gap
from webshellhunt.sources.collection.folder_builder import Folder
from webshellhunt.sources.collection.names import folded
from webshellhunt.sources.collection.tree import CollectionTree

_MOST_NAMED = 20
_CODE = "collected-but-gone"
_FEW = 5
_MOST_OTHERS = 300_000
_ANY = 1 << 62
_ABSENT = "the record says that it was collected, but it is not here: antivirus software may have removed it"
_SMALLER = (
    "the record says that {:,} bytes of it were collected, but {:,} are here: it was not copied whole, or was changed"
)
_MANY = (
    "{:,} of {:,} files that were collected by the record are not here, or not whole, {:,} of them pages or settings, "
    "such as {}: only a part of the collection is here, or antivirus software removed them"
)


class Missing(NamedTuple):
    """A file of the server, by its path on the server or in the tree, and the reason why it is missing."""

    path: str
    reason: str


def iter_gaps(missing: Sequence[Missing], code: str, record: str) -> Iterator[Gap]:
    """Yield a gap for each page or setting that is missing, and one for all other files.

    ``record``: the record of the collector that reports the files.
    """
    served = [each for each in missing if extension_of(each.path) in SERVED_EXTENSIONS]
    for each in served[:_MOST_NAMED]:
        yield Gap(code, "survey", each.path.replace("/", "\\"), each.reason, matters=True)
    if len(served) > _MOST_NAMED:
        number = len(served) - _MOST_NAMED
        yield Gap(code, "survey", record, f"further pages or settings like these: {number:,}", matters=True)
    others = [each for each in missing if extension_of(each.path) not in SERVED_EXTENSIONS]
    if len(others) == 1:
        yield Gap(code, "survey", others[0].path.replace("/", "\\"), others[0].reason)
    elif others:
        example = f"such as {others[0].path}: {others[0].reason}".replace("/", "\\")
        yield Gap(code, "survey", record, f"{len(others):,} files, none of them a page, {example}")


def gone_gaps(
    recorded: Mapping[str, Sequence[int]], tree: CollectionTree, stored: Callable[[str], Entry | None], record: str
) -> Iterator[Gap]:
    """Yield a gap for each page that is gone, or one gap for many; those for pages and settings matter.

    ``recorded``: the least number of bytes of each file that was stored, by the path in the tree. ``stored``: returns
    the entry of a path of the collection.
    """
    gone = list(_find_gone(recorded, tree, stored))
    served = [each.path for each in gone if _is_served(each.path)]
    if len(served) <= _FEW:
        yield from iter_gaps(gone, _CODE, record)
    else:
        examples = ", ".join(path[:200].replace("/", "\\") for path in served[:3])
        yield Gap(_CODE, "survey", record, _MANY.format(len(gone), len(recorded), len(served), examples), matters=True)


def _find_gone(
    recorded: Mapping[str, Sequence[int]], tree: CollectionTree, stored: Callable[[str], Entry | None]
) -> Iterator[Missing]:
    paths = [path for path in recorded if _is_served(path)]
    paths += [path for path in recorded if not _is_served(path)][:_MOST_OTHERS]
    for directory, inside in groupby(sorted(paths, key=_split), key=lambda path: _split(path)[0]):
        try:
            folder = tree.folder(directory)
            sizes = {} if folder is None else _sizes(folder, stored)
        except SourceError:
            continue  # the directory has a gap of its own
        for path in inside:
            name = _split(path)[1]
            present = sizes.get(folded(name), [])
            if not present and folder is not None and folder.find(name) is not None:
                continue  # a stream, or a special file
            reason = _reason(recorded[path], present) if ":" not in name else None
            if reason is not None:
                yield Missing(path, reason)


def _sizes(folder: Folder, stored: Callable[[str], Entry | None]) -> dict[str, list[int]]:
    """Return the sizes of the stored files by folded name; a sparse file and a link have any size."""
    sizes: dict[str, list[int]] = {}
    for child in folder.children.values():
        for place in () if child.is_duplicate or child.kind is EntryKind.DIRECTORY else child.places:
            entry = stored(place.path) if child.kind is EntryKind.FILE and not place.has_extents else None
            size = _ANY if entry is None else entry.size_bytes
            sizes.setdefault(folded(place.shown(_split(place.path)[1])), []).append(size)
    return sizes


def _reason(recorded: Sequence[int], present: Sequence[int]) -> str | None:
    """Return the reason why a file is gone; a larger one is whole, since collectors pad parts that they can't read."""
    if len(present) < len(recorded):
        return _ABSENT
    pairs = zip(sorted(recorded, reverse=True), sorted(present, reverse=True), strict=False)
    return next((_SMALLER.format(least, size) for least, size in pairs if size < least), None)


def _is_served(path: str) -> bool:
    return extension_of(path) in SERVED_EXTENSIONS


def _split(path: str) -> tuple[str, str]:
    directory, _, name = path.rpartition("/")
    return directory, name
