"""Compiled files of accused pages: the libraries and ``.compiled`` files that ASP.NET made from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import unquote

from webshellhunt.binaries.compiled_pages import application_folder, belongs, directory_hash, read_name
from webshellhunt.errors import ConfigError, SourceError
from webshellhunt.host.iis.compiled_markers import LARGEST_BYTES, read_compiled_marker
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.model.places import Role
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Verdict
from webshellhunt.sources.source import Source

MOST_FOLDERS = 5_000
"""The most folders of compiled files that are listed."""

_DEEPEST = 8
_MOST_NAMES = 200
_LONGEST_PATH = 64


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
