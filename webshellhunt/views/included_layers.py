"""Included layers: the files that a page includes, and the source files that its directives name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from weakref import ref

from webshellhunt.decoding.charset import decode_candidates
from webshellhunt.model.findings import Span
from webshellhunt.model.settings import PageKind
from webshellhunt.pages.dependencies import find_directive_dependencies
from webshellhunt.pages.includes.joined_text import Included, JoinedText, find_named, join_includes
from webshellhunt.pages.includes.resolver import SOURCES, TYPES, Resolution, ResolutionCode, ResolveDependency
from webshellhunt.pages.kinds import nature_of
from webshellhunt.pages.page import Dependency, DependencyKind
from webshellhunt.views.layer import Layer
from webshellhunt.views.opened_file import OpenedFile

if TYPE_CHECKING:
    from webshellhunt.client_scripts.script_analysis import Script

_NAMES_SOURCE = re.compile(r"<%\s*+@[^%]{0,2048}?(?:src|codefile|class|inherits|service)\s*+=", re.IGNORECASE)
_SOURCE_LANGUAGES = {"cs": "c#", "vb": "vb", "js": "jscript"}


class IncludedLayers:
    """The layers from the dependencies of a page; ``resolve`` finds and reads them."""

    def __init__(self, sample: OpenedFile, resolve: ResolveDependency) -> None:
        self._sample = sample
        self._artifact = sample.artifact
        self._resolve = resolve
        self._noted: list[Resolution] = []
        self._names_nothing: Layer | None = None

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
        resolved = self._named_sources(page.text)
        if resolved is not None:
            for dependency in page.page.dependencies:
                if dependency.kind in SOURCES or dependency.kind in TYPES:
                    resolution = resolved.get(dependency) or self._resolution_of(dependency)
                    yield from self._source_layer(resolution, page)

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

    def _source_layer(self, resolution: Resolution, page: Layer) -> Iterator[Layer]:
        """Yield a source file that a directive of the page names, as code in the language of its extension."""
        if resolution.code is not ResolutionCode.APART:
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
        )
