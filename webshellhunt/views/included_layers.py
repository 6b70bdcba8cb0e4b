"""Included layers: the files that a page includes, and the source files that its directives name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING
from weakref import ref

from webshellhunt.decoding.carriers import iter_nested_parts
from webshellhunt.decoding.charset import decode_candidates
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Span
from webshellhunt.model.settings import PageKind
from webshellhunt.pages.dependencies import find_directive_dependencies, is_main
from webshellhunt.pages.includes.joined_text import Included, JoinedText, find_named, join_includes
from webshellhunt.pages.includes.resolver import SOURCES, TYPES, Resolution, ResolutionCode, ResolveDependency
from webshellhunt.pages.kinds import effective_name, nature_of
from webshellhunt.pages.markup import bases_of
from webshellhunt.pages.page import Dependency, DependencyKind, Page
from webshellhunt.views.layer import Layer, opaque
from webshellhunt.views.opened_file import OpenedFile

if TYPE_CHECKING:
    from webshellhunt.analysis.application import Application
    from webshellhunt.analysis.taken_files import TakenFile
    from webshellhunt.client_scripts.script_analysis import Script

_NAMES_SOURCE = re.compile(r"(?i)<%\s*+@[^%]{0,2048}?(?:src|codefile|class|inherits|service)\s*+=")
_APPLICATION = Dependency(DependencyKind.APP_CODE, "", 0, 0)
_CODE = re.compile(rb"<%(?![@$-])|<script\b[^>]{0,400}\brunat")
"""Where code begins in markup."""
_NOT_WORD = lazy_pattern(r"\W")
_GLOBAL = ("~/Global.asax", ("applicationinstance",), True)
_STORES = (b"items", b"application", b"session", b"cache")
"""Words of the values that the application may give to a page."""
_VISITED = b"request"
_MOST_MODULES = 16
"""Files of markup that are compiled with a page."""
_MOST_TAKEN = 16
"""Files that a page runs, or makes pages of."""
_PARSED_TEXT = "<%"
"""Where code begins in a text that is no code alone."""
_DIGEST = 64
"""Characters of a digest of a source."""
_SOURCE_LANGUAGES = {"cs": "c#", "vb": "vb", "js": "jscript"}


def _parts_in(page: Page) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """Yield the addresses of the files of which a page has objects, each with the members of the page that they are."""
    ids: dict[str, list[str]] = defaultdict(list)
    for tag in page.tags:
        ids[tag.name.lower()] += [known.lower()] if (known := tag.get("id")) else []
    for each in page.directives:
        if is_main(each) and (address := each.get("masterpagefile")):
            yield address, ("master",), False
        address, prefix, name = (each.get(part) or "" for part in ("src", "tagprefix", "tagname"))
        if each.name == "register" and address:
            yield address, tuple(ids.get(f"{prefix}:{name}".lower(), ())), False


def _may_cross(page: Layer, files: Sequence[Layer], *, is_first: bool) -> bool:
    """True if something of a visitor may come from a page into some files, or from these into it."""
    if is_first:
        return any(_VISITED in each.folded and _shares(page, each) for each in files)
    return any(_VISITED in each.folded or each.matters for each in files)


def _shares(page: Layer, other: Layer) -> bool:
    return any(each in page.folded and each in other.folded for each in _STORES)


class IncludedLayers:
    """The layers from the dependencies of a page; ``resolve`` finds and reads them."""

    def __init__(self, sample: OpenedFile, resolve: ResolveDependency) -> None:
        self._sample = sample
        self._artifact = sample.artifact
        self._resolve = resolve
        self._noted: list[Resolution] = []
        self._names_nothing: Layer | None = None
        self._sources: list[Layer] = []
        self._modules: list[Layer] | None = None
        self._shared: dict[int, Layer] = {}

    @property
    def noted(self) -> list[Resolution]:
        """The resolution of each dependency that the server would execute; complete after ``iter_layers``."""
        page, self._names_nothing = self._names_nothing, None
        if page is not None:
            self._join(page)
        return self._noted

    @property
    def is_empty(self) -> bool:
        """True if no dependency of the page was found; valid after ``iter_layers``, and faster than ``noted``."""
        return not self._noted

    def read_client_script(self, address: str, start: int, end: int) -> Script | None:
        """Return a client script of the page, if the source has its file."""
        resolution = self._resolution_of(Dependency(DependencyKind.CLIENT_SCRIPT, address, start, end))
        if resolution.code in (ResolutionCode.LIMIT, ResolutionCode.UNREADABLE):
            self._noted.append(resolution)
        if resolution.data is None:
            return None
        return resolution, decode_candidates(resolution.data, PageKind.STATIC, self._artifact.settings)[0]

    def iter_layers(self, page: Layer) -> Iterator[Layer]:
        """Yield the page with its includes in place, each include that is no page by its name, then named sources."""
        if self._takes_in(page):
            joined = self._join(page)
            files = [self._included(each, page) for each in joined.files]
            if files:

                def owner(start: int, end: int) -> tuple[Layer, int, int]:
                    file, begin, stop = joined.place(start, end)
                    return (files[file - 1] if file else page), begin, stop

                def locate(start: int, end: int) -> Span:
                    return page.span(*joined.outer(start, end))

                name = f"{page.name}, with includes"
                seams = joined.starts
                whole = Layer(self._sample, name, page.encoding, joined.text, locate, owner=owner, seams=seams)
                for part in (page, *files):
                    part.joined = ref(whole)
                yield whole
            named = {layer.name: layer for layer in files if layer.included is not None}
            yield from (layer for layer in named.values() if not self._is_page_itself(layer.included))
        yield from self._sources_of(page)
        page.beside = lambda: (*self._sources, *self.modules(page))
        page.application = partial(self._application_of, page)
        page.source_of_application = partial(self._source_of_application, page)

    def _sources_of(self, page: Layer) -> list[Layer]:
        """Return the files of code that the directives of a page name."""
        resolved = self._named_sources(page.text)
        if resolved is None:
            return self._sources
        for dependency in page.page.dependencies:
            if dependency.kind in SOURCES or dependency.kind in TYPES:
                resolution = resolved.get(dependency) or self._resolution_of(dependency)
                self._sources += self._source_layer(resolution, page)
        return self._sources

    def modules(self, page: Layer) -> Sequence[Layer]:
        """Return the files of markup of which the page has objects, with their own sources."""
        if self._modules is None:
            is_markup = self._sample.nature.kind is PageKind.WEB_FORM
            has_code = _CODE.search(page.folded) is not None if is_markup else page.has_code
            self._modules = [*self._find_parts(page)] if has_code or self._sources else []
        return self._modules

    @property
    def opened_modules(self) -> Sequence[Layer]:
        """The layers of files that only the page's run sees."""
        return (*(self._modules or ()), *self._shared.values())

    def _application_of(self, page: Layer, language: str) -> Application | None:
        """Return the sources in ``App_Code`` that are in a language; those that are left out are noted for pages."""
        from webshellhunt.analysis.application import application_of

        known = self._sources_in(language)
        if not known:
            return None
        found = application_of(known, language, lambda: [self._text_of(path) for _, path in known])
        listed = self._resolution_of(_APPLICATION)
        if found is None:
            listed = listed._replace(reason="App_Code is too large", code=ResolutionCode.LIMIT)
        if listed.code is ResolutionCode.LIMIT and not page.is_application_source:
            self._noted.append(listed._replace(dependency=_APPLICATION._replace(target="App_Code")))
        return found

    def _sources_in(self, language: str) -> tuple[tuple[str, str], ...]:
        """Return the digests and the paths of the sources in ``App_Code`` that are in a language."""
        data = self._resolution_of(_APPLICATION).data or b""
        lines = filter(None, data.decode("utf-8", "surrogatepass").split("\0"))
        found = ((line[:_DIGEST], line[_DIGEST:]) for line in lines)
        return tuple(each for each in found if _SOURCE_LANGUAGES.get(each[1].lower().rpartition(".")[2]) == language)

    def _text_of(self, path: str) -> str:
        resolution = self._resolution_of(_APPLICATION._replace(target=path))
        return decode_candidates(resolution.data or b"", PageKind.WEB_HANDLER, self._artifact.settings)[0].text

    def _source_of_application(self, page: Layer, number: int) -> Layer:
        """Return a source in ``App_Code`` by its number among those of the language of a page."""
        if number not in self._shared:
            _, path = self._sources_in(page.language)[number]
            resolution = self._resolution_of(_APPLICATION._replace(target=path))
            (self._shared[number],) = self._source_layer(resolution, page, is_module=True, number=number)
        return self._shared[number]

    def _find_parts(self, page: Layer) -> Iterator[Layer]:
        """Yield the master page, the user controls and the application of a page, each followed by its own sources."""
        waiting: list[tuple[Layer, str]] = [(page, self._artifact.entry_path)]
        seen = {self._artifact.entry_path}
        for holder, path in waiting:
            for target, members, is_first in (*_parts_in(holder.page), *([_GLOBAL] if holder is page else [])):
                resolution = self._resolve(_APPLICATION._replace(target=target), path)
                if resolution.path is None or resolution.path in seen or len(waiting) > _MOST_MODULES:
                    continue
                seen.add(resolution.path)
                for layer in self._part_layer(resolution, page, members, is_first=is_first):
                    sources = [*self._sources_named(layer.text, resolution.path, page)]
                    if _may_cross(page, [layer, *sources], is_first=is_first):
                        waiting.append((layer, resolution.path))
                        yield from (layer, *sources)

    def _sources_named(self, text: str, path: str, page: Layer) -> Iterator[Layer]:
        for each in find_directive_dependencies(text) or ():
            if each.kind in SOURCES:
                yield from self._source_layer(self._resolve(each, path), page, is_module=True)

    def _part_layer(
        self, resolution: Resolution, page: Layer, members: tuple[str, ...], *, is_first: bool
    ) -> Iterator[Layer]:
        """Yield a file of markup that the page has objects of, as a layer."""
        from webshellhunt.analysis.surroundings import Part

        if resolution.data is None or resolution.path is None:
            return
        name = resolution.path.rpartition("/")[2].lower()
        kind = PageKind.APPLICATION if is_first else PageKind.WEB_FORM
        decoded = decode_candidates(resolution.data, kind, self._artifact.settings)[0]
        of_class = _NOT_WORD.sub("_", name)
        bases = (*bases_of(decoded.text)[:1], "Page")
        yield Layer(
            self._sample,
            f"file {resolution.shown}",
            decoded.encoding,
            decoded.text,
            decoded.byte_span,
            included=resolution,
            page=page,
            kind=kind,
            is_module=True,
            part=Part(of_class, bases, members or (of_class,), is_first),
        )

    def _resolution_of(self, dependency: Dependency) -> Resolution:
        return self._resolve(dependency, self._artifact.entry_path)

    def _takes_in(self, page: Layer) -> bool:
        """Return True if an include of the page may exist; in copied sites most includes are missing."""
        named = find_named(page.text, page.folded)
        if named is None or any(self._resolution_of(p).code is not ResolutionCode.MISSING for p in named):
            return bool(page.page.dependencies)
        self._names_nothing = page if named else None
        return False

    def _join(self, page: Layer) -> JoinedText:
        path, settings = self._artifact.entry_path, self._artifact.settings
        joined = join_includes(page.text, page.page, path, self._resolve, settings)
        self._noted += [*(each.pulled for each in joined.files), *joined.refused]
        return joined

    def _named_sources(self, text: str) -> dict[Dependency, Resolution] | None:
        """Resolve source directives without parsing; ``None`` if the page has no source file: most use an assembly."""
        if "<%" not in text or "@" not in text or _NAMES_SOURCE.search(text) is None:
            return None
        dependencies = find_directive_dependencies(text)
        if dependencies is None:
            return {}
        resolved: dict[Dependency, Resolution] = {}
        for dependency in dependencies:
            if dependency.kind in TYPES:
                resolved[dependency] = self._resolution_of(dependency)
            found = resolved.get(dependency)
            if dependency.kind in SOURCES or (found is not None and found.code is not ResolutionCode.APART):
                return resolved
        return None

    def _is_page_itself(self, resolution: Resolution | None) -> bool:
        """Return True if an included file is examined as a page of its own anyway, because of its name."""
        name = "" if resolution is None or resolution.path is None else resolution.path.rpartition("/")[2]
        return nature_of(name, self._artifact.settings).executable

    def _included(self, included: Included, page: Layer) -> Layer:
        """Return an included file as a layer, in the language of the including page."""
        decoded, resolution = included.decoded, included.pulled
        language = page.page.language
        settings = self._artifact.settings._replace(default_language=language, asp_language=language)
        name = f"include {resolution.shown}"
        return Layer(
            self._sample,
            name,
            decoded.encoding,
            decoded.text,
            decoded.byte_span,
            included=resolution,
            settings=settings,
        )

    def iter_taken(self, pages: Iterable[Layer]) -> Iterator[Layer]:
        """Yield the files that pages run, or give the name of a page, unless the server runs them anyway."""
        waiting, seen = [*pages], set[tuple[str | None, str | None]]()
        for page in waiting:
            for code in page.judged_codes:
                from webshellhunt.analysis.taken_files import QUESTION, taken_files  # a page without code needs none

                for each in islice(taken_files(code.analysis.asked(QUESTION)), _MOST_TAKEN):
                    resolution = self._resolve(_APPLICATION._replace(target=each.path), self._artifact.entry_path)
                    if (resolution.path, each.name) in seen or len(seen) >= _MOST_TAKEN:
                        continue
                    seen.add((resolution.path, each.name))
                    line = page.text.count("\n", 0, code.unit.span(each.place, each.place + 1)[0]) + 1
                    found = [*self._taken(each, resolution, code.unit.language, line)]
                    waiting += found
                    yield from found

    def _taken(self, taken: TakenFile, resolution: Resolution, language: str, line: int) -> Iterator[Layer]:
        """Yield a file as the page that it becomes, an archive as its pages, or a text as code in a language."""
        if resolution.data is None or self._is_page_itself(resolution):
            return
        settings, path = self._artifact.settings, resolution.path or ""
        files = [(taken.name or self._artifact.entry_path, resolution.data)]
        if taken.is_archive:
            files = [(part.name.rpartition(", ")[2], part.data) for part in iter_nested_parts(resolution.data)]
        for name, data in files:
            nature = nature_of(name, settings)
            decoded = decode_candidates(data, nature.kind, settings)[0]
            is_code = taken.name is None and _PARSED_TEXT not in decoded.text
            if nature.executable and effective_name(name) != effective_name(path):
                yield Layer(
                    self._sample,
                    f"file {resolution.shown}, taken in line {line}",
                    decoded.encoding,
                    decoded.text,
                    partial(opaque, Span(0, len(resolution.data))) if taken.is_archive else decoded.byte_span,
                    included=resolution,
                    source=language if is_code else None,
                    kind=nature.kind,
                )

    def _source_layer(
        self, resolution: Resolution, page: Layer, *, is_module: bool = False, number: int | None = None
    ) -> Iterator[Layer]:
        """Yield a source file that a directive of the page names, as code in the language of its extension."""
        if resolution.code is not ResolutionCode.APART and not is_module:
            self._noted.append(resolution)
        if resolution.data is None or resolution.path is None:
            return
        language = _SOURCE_LANGUAGES.get(resolution.path.lower().rpartition(".")[2], page.page.language)
        decoded = decode_candidates(resolution.data, PageKind.WEB_HANDLER, self._artifact.settings)[0]
        name = f"source {resolution.shown}"
        yield Layer(
            self._sample,
            name,
            decoded.encoding,
            decoded.text,
            decoded.byte_span,
            included=resolution,
            source=language,
            page=page,
            is_module=is_module,
            number=number,
        )
