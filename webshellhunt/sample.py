"""Sample: an artifact opened, as a tree of layers with their views, each built once and only when asked for."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import islice
from typing import Final

from webshellhunt.code.flow import FlowAnalysis
from webshellhunt.code.relevance import is_relevant
from webshellhunt.code.tokens import guess_language
from webshellhunt.code.unit import Unit, build_unit
from webshellhunt.code.vocabulary import vocabulary
from webshellhunt.confidential import find_secrets, find_secrets_in_bytes, is_configuration
from webshellhunt.decoding.carriers import Carried, iter_nested, may_carry
from webshellhunt.decoding.charset import DecodedText, decode_candidates
from webshellhunt.decoding.rewrite import Replacement, Rewritten, rewrite
from webshellhunt.decoding.script_encoder import iter_encoded
from webshellhunt.discovery.xmltree import Element, salvage_xml
from webshellhunt.inclusion.joined import Included, Joined, find_named, join_pulled
from webshellhunt.inclusion.pulled import SOURCES, TYPES, Pulled, PulledCode, ReadPulled
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import Evidence, Secret, Span
from webshellhunt.model.settings import PageKind, PageSettings
from webshellhunt.pages.kinds import PageNature, nature_of
from webshellhunt.pages.page import Block, BlockKind, Page, Pull
from webshellhunt.pages.parser import has_server_code, parse
from webshellhunt.pages.pulls import find_directive_pulls

_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_REFERENCES = re.compile(r"&(?:lt|#0*+60|#x0*+3c);?\s*+%", re.IGNORECASE)
_SPLIT_WORD = re.compile(r"<%--(?<=\w<%--)")
_COMMENTED = frozenset({PageKind.WEB_FORM, PageKind.APPLICATION})  # the only kinds whose scripts lose server comments
_SCRIPTS = frozenset({"c#", "jscript", "vb", "vbscript"})
_NAMES_SOURCE = re.compile(r"<%\s*+@[^%]{0,2048}?(?:src|codefile|class|inherits|service)\s*+=", re.IGNORECASE)
_SOURCE_LANGUAGES = {"cs": "c#", "vb": "vb", "js": "jscript"}
MAX_CONSTANTS: Final = 20
"""Hidden constants of a layer that are shown and scanned."""


@dataclass(frozen=True, slots=True)
class Code:
    """One language of a page: its unit and what flows through it."""

    unit: Unit
    analysis: FlowAnalysis


class Layer:
    """One decoding step of a sample: its text, and the way from its characters back to bytes of the file.

    ``pulled`` is what the text came from where that is another file, which its evidence then names. ``settings`` are
    those that it is parsed by, where not the sample's own; ``source`` is the language of a text that is source code and
    nothing else, and ``page`` the layer whose controls such a source uses. ``owner`` leads from a range to the layer
    that it belongs to, where the text is made of several. ``carried`` is the part of a carrier that the text is, and
    ``kind`` what it is parsed as, where that is not the kind of the file.
    """

    def __init__(
        self,
        sample: Sample,
        name: str,
        encoding: str,
        text: str,
        locate: Callable[[int, int], Span],
        *,
        pulled: Pulled | None = None,
        source: str | None = None,
        settings: PageSettings | None = None,
        owner: Callable[[int, int], tuple[Layer, int, int]] | None = None,
        page: Layer | None = None,
        carried: Carried | None = None,
        kind: PageKind | None = None,
    ) -> None:
        self.sample = sample
        self.name = name
        self.encoding = encoding
        self.text = text
        self.pulled = pulled
        self.carried = carried
        self._kind_inside = kind
        self._locate = locate
        self._source = source
        self._settings = sample.artifact.settings if settings is None else settings
        self._owner = owner
        self._beside = page

    @property
    def is_dormant(self) -> bool:
        """Tell whether the text is inside of something that the server does not run it from."""
        return self.carried is not None and not self.carried.executes

    @cached_property
    def differs(self) -> bool:
        """Tell whether the text, in UTF-8, is something else than the bytes of the file (a mark of order aside)."""
        return not self.sample.is_utf8 or self.name != "text"

    @cached_property
    def has_code(self) -> bool:
        """Tell whether the layer holds server code of any kind."""
        return self._source is not None or self._kind == PageKind.WEB_HANDLER or has_server_code(self.text, self._kind)

    @cached_property
    def matters(self) -> bool:
        """Tell whether there is server code from which a crime could be made: else the layer is left early."""
        return self.has_code and (is_relevant(self.text) or self._joins_words)

    @cached_property
    def _joins_words(self) -> bool:
        """Tell whether server comments split a word that matters; the server joins what stands around one."""
        if _SPLIT_WORD.search(self.text) is None:
            return False
        return any(block.cuts and is_relevant(block.code(self.text)) for block in self.page.blocks)

    @cached_property
    def page(self) -> Page:
        """The page as ASP.NET or classic ASP sees it."""
        if self._source is not None:
            block = Block(BlockKind.SOURCE, self._source, 0, len(self.text), 0, len(self.text))
            return Page(PageKind.WEB_HANDLER, self._source, language_declared=True, blocks=(block,))
        return parse(self.text, self._kind, self._settings)

    @property
    def _kind(self) -> PageKind:
        """The kind to parse as: what is only sent as it is, is read as the page that it would be if it were mapped."""
        kind = self._kind_inside or self.sample.nature.kind
        return PageKind.WEB_FORM if kind in (PageKind.STATIC, PageKind.CONFIG) else kind

    @cached_property
    def codes(self) -> tuple[Code, ...]:
        """The code of the page, one entry a language; empty where no word matters."""
        if not self.matters:
            return ()
        known, controls = self._declared()
        codes = []
        comments = self._kind in _COMMENTED
        for language, parts in self._ranges().items():
            code = "\n".join(self.text[start:end] for start, end in parts)
            # An object that the page declares is a power of which the code itself may say no word.
            if not known and not is_relevant(code, language) and not (comments and self._joins_words):
                continue
            unit = build_unit(self.text, language, parts, server_comments=comments)
            codes.append(Code(unit, FlowAnalysis(unit, objects=known, controls=controls)))
        return tuple(codes)

    @cached_property
    def constants(self) -> tuple[Layer, ...]:
        """What the code runs, or decodes, of its own constants, each as a layer of code."""
        layers = []
        for code in self.codes:
            tokens = code.unit.tokens
            for constant in islice(code.analysis.hidden_constants(), MAX_CONSTANTS):
                start, end = tokens.starts[constant.start], tokens.ends[constant.end - 1]
                span = self.span(start, end)
                name = f"{self.name}, constant in line {self.text.count(chr(10), 0, start) + 1}"
                locate = partial(_opaque, span)
                layers.append(
                    Layer(
                        self.sample, name, self.encoding, constant.value, locate, source=code.unit.language, page=self
                    )
                )
        return tuple(layers)

    def rewritten(self, name: str, replaced: Iterable[Replacement]) -> Layer:
        """Return the same text with some places replaced, the largest where several overlap; each leads back."""
        rewritten = rewrite(self.text, sorted(replaced, key=lambda each: (each.start, -each.end)))

        def locate(start: int, end: int) -> Span:
            return self.span(*rewritten.span(start, end))

        def owner(start: int, end: int) -> tuple[Layer, int, int]:
            assert self._owner is not None
            return self._owner(*rewritten.span(start, end))

        owned = None if self._owner is None else owner
        return Layer(
            self.sample, f"{self.name}, {name}", self.encoding, rewritten.text, locate, pulled=self.pulled, owner=owned
        )

    def _declared(self) -> tuple[dict[str, str], frozenset[str]]:
        """Return what the page declares beside its code: typed objects by id, and the ids of server controls."""
        types = vocabulary().types
        known, controls = self._beside._declared() if self._beside is not None else ({}, frozenset())
        for item in self.page.objects:
            identity = (item.progid or item.classid or "").lower().removeprefix("clsid:").strip("{}")
            if item.id and identity in types:
                known[item.id] = types[identity]
        ids = (tag.get("id") for tag in self.page.tags)
        return known, controls | frozenset(name.lower() for name in ids if name)

    def _ranges(self) -> dict[str, list[tuple[int, int]]]:
        """Return the ranges of code by language; where none is declared, in the one that the code is written in."""
        ranges: dict[str, list[tuple[int, int]]] = {}
        for block in self.page.blocks:
            if block.decoded is None:
                # Server comments stay in: the tokenizer joins what stands around them.
                ranges.setdefault(block.language, []).append((block.start, block.end))
        # Classic ASP never looks at the code to choose a language; elsewhere an undeclared one may be declared by a
        # file we don't see.
        undeclared = not self.page.language_declared and self._kind != PageKind.CLASSIC_ASP
        if undeclared and (parts := ranges.pop(self.page.language, None)):
            guessed = guess_language("\n".join(self.text[start:end] for start, end in parts))
            ranges[guessed or self.page.language] = sorted(ranges.get(guessed or "", []) + parts)
        return {language: parts for language, parts in ranges.items() if language in _SCRIPTS}

    def span(self, start: int, end: int) -> Span:
        """Return the bytes of the file behind a range of characters of this layer."""
        return self._locate(start, end)

    def evidence(self, start: int, end: int) -> Evidence:
        """Return a located, bounded excerpt around a range of characters of this layer."""
        if self._owner is not None:
            layer, start, end = self._owner(start, end)
            return layer.evidence(start, end)
        limit = self.sample.excerpt_chars
        begin = self.text.rfind("\n", 0, start) + 1
        if start - begin >= limit - (end - start):  # Too far into a long line: begin a little before.
            begin = max(begin, start - limit // 4)
        stop = self.text.find("\n", min(end, begin + limit), begin + limit)
        cut = self.text[begin : stop if stop >= 0 else begin + limit]
        begin += len(cut) - len(cut.lstrip("\r\n"))
        excerpt = cut.strip("\r\n")
        path = self.sample.artifact.path if self.pulled is None else self.pulled.shown
        settings = is_configuration(path)
        return Evidence(
            path=path,
            layer=self.name,
            span=self.span(start, max(end, start + 1)),
            line=self.text.count("\n", 0, start) + 1,
            column=start - self.text.rfind("\n", 0, start),
            excerpt=excerpt,
            secrets=find_secrets(self.text, begin, begin + len(excerpt), configuration=settings),
        )

    def token_evidence(self, code: Code, token: int) -> Evidence:
        """Return the excerpt at one token of the layer's code."""
        return self.evidence(code.unit.tokens.starts[token], code.unit.tokens.ends[token])


class Sample:
    """The bytes of one artifact, its nature, and the layers that can be taken off it.

    ``pulling`` finds and reads what the page pulls in; without it, nothing else is looked at. ``machine_keys`` are
    digests of keys that the user knows to be public.
    """

    def __init__(
        self,
        artifact: Artifact,
        data: bytes,
        *,
        text_bytes: int = 16 * 1024 * 1024,
        excerpt_chars: int = 160,
        pulling: ReadPulled | None = None,
        machine_keys: frozenset[str] = frozenset(),
    ) -> None:
        self.machine_keys = machine_keys
        self.artifact = artifact
        self.data = data
        self.excerpt_chars = excerpt_chars
        self._pulled: list[Pulled] = []
        self._names_nothing: Layer | None = None
        self._text_bytes = text_bytes
        self._opened: list[Layer] | None = None
        self._pulling = pulling

    @cached_property
    def nature(self) -> PageNature:
        """How the server reads this file."""
        return nature_of(self.artifact.name, self.artifact.settings)

    @cached_property
    def is_page(self) -> bool:
        """Tell whether the server runs code of this file; one that only a mapping makes executable has to hold some."""
        nature = self.nature
        if not nature.executable or nature.kind == PageKind.CONFIG:
            return False
        return nature.mapping is None or any(layer.has_code for layer in self.layers)

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the bytes, in hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()

    @cached_property
    def is_utf8(self) -> bool:
        """Tell whether the bytes are UTF-8 (or ASCII) as they stand."""
        return self.layers[0].encoding in ("ascii", "utf-8")

    @cached_property
    def carried(self) -> tuple[Carried, ...]:
        """What the file holds if it is a carrier, also what is in carriers inside of it; empty for any other file."""
        return tuple(iter_nested(self.data)) if may_carry(self.data) else ()

    @cached_property
    def configs(self) -> tuple[Element, ...]:
        """The tree of a ``.config`` file as far as it can be read, in a tuple that is empty for any other file.

        That a broken one is not in force, the walk tells.
        """
        if not self.artifact.name.lower().endswith(".config"):
            return ()
        tree, _ = salvage_xml(self.data, self.artifact.path, limit_bytes=self._text_bytes)
        return () if tree is None else (tree,)

    def raw_evidence(self, offset: int, length: int) -> Evidence:
        """Return a located, bounded excerpt of the bytes themselves, each byte a character."""
        start = max(self.data.rfind(b"\n", 0, offset) + 1, offset - self.excerpt_chars // 4)
        stop = self.data.find(b"\n", offset, start + self.excerpt_chars)
        cut = self.data[start : stop if stop >= 0 else start + self.excerpt_chars]
        start += len(cut) - len(cut.lstrip(b"\r\n"))
        excerpt = cut.strip(b"\r\n").decode("latin-1")
        line = self.data.count(b"\n", 0, offset) + 1
        column = offset - self.data.rfind(b"\n", 0, offset)
        secrets = self.raw_secrets(start, len(excerpt))
        return Evidence(self.artifact.path, "raw", Span(offset, offset + length), line, column, excerpt, secrets)

    def raw_secrets(self, offset: int, length: int) -> tuple[Secret, ...]:
        """Return what belongs to the victim in a range of the bytes, each byte a character."""
        settings = is_configuration(self.artifact.path)
        return find_secrets_in_bytes(self.data, offset, offset + length, configuration=settings)

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """All layers, the text as the server reads it first; other readings and inner layers follow."""
        return tuple(self.iter_layers())

    def iter_layers(self) -> Iterator[Layer]:
        """Yield the layers as they are opened; one that can't be opened ends the rest, not those before it."""
        if self._opened is None:
            self._opened = []
            for layer in self._open_layers():
                self._opened.append(layer)
                yield layer
        else:
            yield from self._opened

    def _open_layers(self) -> Iterator[Layer]:
        data = self.data[: self._text_bytes]
        seen: set[str] = set()
        readings = decode_candidates(data, self.nature.kind, self.artifact.settings)
        for number, decoded in enumerate(readings):
            # Code is ASCII: a reading that differs only in other characters says nothing new.
            if len(readings) > 1:
                plain = _NOT_ASCII.sub("", decoded.text)
                if plain in seen:
                    continue
                seen.add(plain)
            name = "text" if number == 0 else f"text as {decoded.encoding}"
            layer = Layer(self, name, decoded.encoding, decoded.text, decoded.byte_span)
            yield layer
            if "#@~^" in decoded.text:
                encoded = (Replacement(block.start, block.end, block.text) for block in iter_encoded(decoded.text))
                yield self._inner_layer("script decoded", layer, decoded, encoded)
            if _REFERENCES.search(decoded.text) is not None:
                blocks = ((b, b.decoded) for b in layer.page.blocks)
                plain_blocks = (Replacement(b.start, b.end, f"<%#{code}%>") for b, code in blocks if code is not None)
                yield self._inner_layer("attributes decoded", layer, decoded, plain_blocks)
            if number == 0 and self._pulling is not None and self.nature.executable:
                yield from self._pulled_layers(layer, self._pulling)
        for carried in self.carried:
            yield from self._carried_layers(carried)

    def _carried_layers(self, carried: Carried) -> Iterator[Layer]:
        """Yield the readings of a carrier's part that hold server code, as the page that it would be by its name."""
        settings = PageSettings()
        nature = nature_of(carried.name.rpartition(", ")[2], settings)
        kind = nature.kind if nature.executable else self.nature.kind
        plain = carried.data == self.data[carried.start : carried.end]
        span = Span(carried.start, carried.end)
        for number, decoded in enumerate(decode_candidates(carried.data[: self._text_bytes], kind, settings)):
            name = f"{carried.carrier}: {carried.name}" + (f" as {decoded.encoding}" if number else "")
            locate = partial(_moved, decoded, carried.start) if plain else partial(_opaque, span)
            layer = Layer(
                self, name, decoded.encoding, decoded.text, locate, carried=carried, kind=kind, settings=settings
            )
            if layer.has_code:
                yield layer

    def _pulled_layers(self, page: Layer, pulling: ReadPulled) -> Iterator[Layer]:
        """Yield the page with what it includes in place, then each include that hides its kind, and named sources."""
        if self._takes_in(page, pulling):
            joined = self._join(page, pulling)
            files = [self._included(each, page) for each in joined.files]
            if files:

                def owner(start: int, end: int) -> tuple[Layer, int, int]:
                    file, begin, stop = joined.place(start, end)
                    return (files[file - 1] if file else page), begin, stop

                def locate(start: int, end: int) -> Span:
                    return page.span(*joined.outer(start, end))

                yield Layer(self, f"{page.name}, with includes", page.encoding, joined.text, locate, owner=owner)
            named = {layer.name: layer for layer in files if layer.pulled is not None}
            yield from (layer for layer in named.values() if not self._is_page_itself(layer.pulled))
        asked = self._named_sources(page.text, pulling) if _NAMES_SOURCE.search(page.text) is not None else None
        if asked is not None:
            for pull in page.page.pulls:
                if pull.kind in SOURCES or pull.kind in TYPES:
                    pulled = asked.get(pull) or pulling(pull, self.artifact.entry_path)
                    yield from self._source_layer(pulled, page)

    def _takes_in(self, page: Layer, pulling: ReadPulled) -> bool:
        """Tell whether the page may put anything in place that is there; most of a copied site's includes are not."""
        named = find_named(page.text)
        if named is None or any(pulling(p, self.artifact.entry_path).code is not PulledCode.MISSING for p in named):
            return bool(page.page.pulls)
        self._names_nothing = page if named else None
        return False

    def _join(self, page: Layer, pulling: ReadPulled) -> Joined:
        joined = join_pulled(page.text, page.page, self.artifact.entry_path, pulling, self.artifact.settings)
        self._pulled += [*(each.pulled for each in joined.files), *joined.refused]
        return joined

    @property
    def pulls_nothing(self) -> bool:
        """Tell whether nothing that the page names is there, once the layers were asked for; spares asking what."""
        return not self._pulled

    @property
    def pulled(self) -> list[Pulled]:
        """What became of each pull that the server would have executed, once the layers were asked for."""
        page, self._names_nothing = self._names_nothing, None
        if page is not None and self._pulling is not None:
            self._join(page, self._pulling)
        return self._pulled

    def _named_sources(self, text: str, pulling: ReadPulled) -> dict[Pull, Pulled] | None:
        """Return what was asked for without parsing, ``None`` where no source can be: most name one of an assembly."""
        pulls = find_directive_pulls(text)
        if pulls is None:
            return {}
        asked: dict[Pull, Pulled] = {}
        for pull in pulls:
            if pull.kind in TYPES:
                asked[pull] = pulling(pull, self.artifact.entry_path)
            if pull.kind in SOURCES or (pull in asked and asked[pull].code is not PulledCode.APART):
                return asked
        return None

    def _is_page_itself(self, pulled: Pulled | None) -> bool:
        """Tell whether an included file is one that is examined as a page by its own name anyway."""
        name = "" if pulled is None or pulled.path is None else pulled.path.rpartition("/")[2]
        return nature_of(name, self.artifact.settings).executable

    def _included(self, included: Included, page: Layer) -> Layer:
        """Return an included file as a layer of its own, in the language of the page that runs it."""
        decoded, pulled = included.decoded, included.pulled
        language = page.page.language
        settings = replace(self.artifact.settings, default_language=language, asp_language=language)
        name = f"include {pulled.shown}"
        return Layer(self, name, decoded.encoding, decoded.text, decoded.byte_span, pulled=pulled, settings=settings)

    def _source_layer(self, pulled: Pulled, page: Layer) -> Iterator[Layer]:
        """Yield a source that the page's directive names, as code in the language of its extension."""
        if pulled.code is not PulledCode.APART:
            self._pulled.append(pulled)
        if pulled.data is None or pulled.path is None:
            return
        language = _SOURCE_LANGUAGES.get(pulled.path.lower().rpartition(".")[2], page.page.language)
        decoded = decode_candidates(pulled.data, PageKind.WEB_HANDLER, self.artifact.settings)[0]
        name = f"source {pulled.shown}"
        yield Layer(
            self,
            name,
            decoded.encoding,
            decoded.text,
            decoded.byte_span,
            pulled=pulled,
            source=language,
            page=page,
        )

    def _inner_layer(self, name: str, outer: Layer, decoded: DecodedText, replaced: Iterable[Replacement]) -> Layer:
        """Take off one wrapping: the same page with each wrapped part in the clear."""
        rewritten = rewrite(decoded.text, replaced)

        def locate(start: int, end: int, rewritten: Rewritten = rewritten) -> Span:
            return decoded.byte_span(*rewritten.span(start, end))

        return Layer(self, f"{outer.name}, {name}", decoded.encoding, rewritten.text, locate)


def _opaque(span: Span, start: int, end: int) -> Span:
    """Return the one range that all of an opaque step came from."""
    return span


def _moved(decoded: DecodedText, offset: int, start: int, end: int) -> Span:
    """Return the range of a part that lies in the file as it is."""
    span = decoded.byte_span(start, end)
    return Span(offset + span.start, offset + span.end)
