"""The contents of convicted files, found by their digests in a folder or another location that can be opened."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Final

from webshellhunt.errors import SourceError
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.verdict import Verdict
from webshellhunt.sources.source import Source

MOST_BYTES: Final = 32 * 1024 * 1024
"""The largest file that is read."""

_MOST_ENTRIES: Final = 500_000
_MOST_BYTES_OF_ALL: Final = 512 * 1024 * 1024
_DEEPEST: Final = 64


class FileContents:
    """Contents by SHA-256; only those of the wanted digests and sizes are read and kept."""

    def __init__(self, source: Source, wanted: Iterable[Verdict]) -> None:
        subjects = [verdict.subject for verdict in wanted]
        self._digests = {each.sha256 for each in subjects if each.sha256 is not None}
        self._sizes = {each.size_bytes for each in subjects if each.sha256 is not None}
        self._found: dict[str, bytes] = {}
        self._left = _MOST_BYTES_OF_ALL
        for entry in _files(source):
            if self._digests <= self._found.keys():
                break
            self._take(source, entry)

    def content_of(self, verdict: Verdict) -> bytes | None:
        """Return the content of a subject, or ``None`` if it was not found."""
        return self._found.get(verdict.subject.sha256 or "")

    def _take(self, source: Source, entry: Entry) -> None:
        if entry.size_bytes not in self._sizes or entry.size_bytes > min(MOST_BYTES, self._left):
            return
        try:
            content = source.read(entry.path, MOST_BYTES)
        except SourceError:
            return
        digest = hashlib.sha256(content).hexdigest()
        if digest in self._digests and digest not in self._found:
            self._found[digest] = content
            self._left -= len(content)


def _files(source: Source) -> Iterator[Entry]:
    """Yield the files of a source, without following links."""
    folders = [("", 0)]
    seen = 0
    while folders:
        folder, depth = folders.pop()
        try:
            entries = source.list(folder)
        except SourceError:
            continue
        for entry in entries:
            seen += 1
            if seen > _MOST_ENTRIES:
                return
            if entry.kind is EntryKind.FILE:
                yield entry
            elif entry.kind is EntryKind.DIRECTORY and depth < _DEEPEST:
                folders.append((entry.path, depth + 1))
