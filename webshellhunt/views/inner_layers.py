"""Inner layers: the page of a layer with encoded parts decoded, the parts that a file carries, and its constants."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Final

from webshellhunt.decoding.carriers import CarriedPart
from webshellhunt.decoding.charset import DecodedText, decode_candidates
from webshellhunt.decoding.rewrite import Replacement
from webshellhunt.decoding.script_encoder import iter_encoded
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Span
from webshellhunt.model.settings import PageKind, PageSettings
from webshellhunt.pages.kinds import nature_of
from webshellhunt.pages.markup import fold
from webshellhunt.pages.openings import opens_page
from webshellhunt.views.layer import Layer, opaque
from webshellhunt.views.opened_file import OpenedFile

MAX_PAGES: Final = 10
"""The most constants of a layer that are read as pages."""
_MAX_ENCODED = 200
_SHORTEST = 40
_LONGEST = 1_000_000
_BASE64 = lazy_pattern(r"(?<=[\"'`])[A-Za-z0-9+/]{60,}+={0,2}(?=[\"'`])")
_KINDS = bytes(
    ord('"') if byte in b"\"'`" else ord("x") if chr(byte).isascii() and (chr(byte).isalnum() or byte in b"+/") else 0
    for byte in range(256)
)
_SHORTEST_LITERAL = b'"' + b"x" * 60
_ENCODED = lazy_pattern(r"[A-Za-z0-9+/]{60,}+={0,2}")
_REFERENCES = lazy_pattern(r"(?i)&(?:lt|#0*+60|#x0*+3c);?\s*+%")
_RAZOR = lazy_pattern(r"@functions\s*\{|@\{|@using\s+System")
_CLASS = lazy_pattern(r"\bclass\s++\w++[^{}]{0,200}+\{")


def iter_decoded_layers(layer: Layer) -> Iterator[Layer]:
    """Yield the page of a layer with its encoded scripts decoded, and with the code in its attributes."""
    if "~" in layer.text and layer.text.rfind("#@~^") >= 0:  # from the end, which is much faster
        encoded = (Replacement(block.start, block.end, block.text) for block in iter_encoded(layer.text))
        yield layer.decoded("script decoded", encoded)
    if layer.has_code and _REFERENCES.search(layer.text) is not None:
        hidden = (b for b in layer.page.blocks if b.decoded is not None)
        if clear := [Replacement(b.start, b.end, f"<%#{b.decoded}%>") for b in hidden]:
            yield layer.decoded("attributes decoded", clear)


def iter_carried_layers(sample: OpenedFile, carried: CarriedPart, text_bytes: int) -> Iterator[Layer]:
    """Yield the readings of a carried part that have server code, as the page of its own name."""
    settings = PageSettings()
    nature = nature_of(carried.name.rpartition(", ")[2], settings)
    kind = nature.kind if nature.executable else sample.nature.kind
    plain = carried.data == sample.data[carried.start : carried.end]
    span = Span(carried.start, carried.end)
    for number, decoded in enumerate(decode_candidates(carried.data[:text_bytes], kind, settings)):
        name = f"{carried.carrier}: {carried.name}" + (f" as {decoded.encoding}" if number else "")
        locate = partial(_moved, decoded, carried.start) if plain else partial(opaque, span)
        text, codec = decoded.text, decoded.encoding
        layer = Layer(sample, name, codec, text, locate, carried=carried, kind=kind, settings=settings)
        if layer.has_code:
            yield layer
            yield from iter_decoded_layers(layer)


def _moved(decoded: DecodedText, offset: int, start: int, end: int) -> Span:
    """Return the range in the file of a part that is stored unchanged."""
    span = decoded.byte_span(start, end)
    return Span(offset + span.start, offset + span.end)


def iter_constant_pages(layer: Layer) -> Iterator[CarriedPart]:
    """Yield the constants of a page that are pages or classes themselves, each once.

    A text that the page only shows, such as an example or a message, is not one: no server executes it.
    """
    # Most pages have no relevant word and no literal in base64: they need not be parsed.
    if not (layer.matters or _may_encode(layer)) or not layer.has_code:
        return
    from webshellhunt.analysis.prefilter import is_relevant

    classic, seen = layer.page.kind is PageKind.CLASSIC_ASP, set[str]()
    for text, start, end in islice(_iter_texts(layer), MAX_PAGES):
        if text not in seen and is_relevant(text):
            seen.add(text)
            span, line = layer.span(start, end), layer.text.count("\n", 0, start) + 1
            name = f"line {line}, constant.{_extension(text, classic=classic)}"
            yield CarriedPart("constant", name, text.encode("utf-8", "replace"), span.start, span.end, executes=True)


def _may_encode(layer: Layer) -> bool:
    """Return True if the text has a literal in base64; its bytes are searched first, which is much faster."""
    return _SHORTEST_LITERAL in layer.folded.translate(_KINDS) and _BASE64.search(layer.text) is not None


def _extension(text: str, *, classic: bool) -> str:
    if "<%" in text or "runat" in text.lower():
        return "asp" if classic else "aspx"
    return "cshtml" if _RAZOR.search(text) is not None else "ashx"


def _iter_texts(layer: Layer) -> Iterator[tuple[str, int, int]]:
    """Yield each text that may be a page, with the range of the literals that it is from."""
    for match in islice(_BASE64.finditer(layer.text), _MAX_ENCODED):
        text = _decoded(match[0])
        if text is not None and _may_be_page(text):
            yield text, match.start(), match.end()
    for code in layer.codes:
        from webshellhunt.analysis.structure.shown_texts import is_only_shown

        for constant in code.analysis.constants.values():
            text = constant.value
            if not _SHORTEST <= len(text) <= _LONGEST:
                continue
            if _ENCODED.fullmatch(text) is not None:
                text = _decoded(text) or ""
            if _may_be_page(text) and not is_only_shown(code.analysis.index, constant.start, constant.end):
                yield text, *code.unit.span(constant.start, constant.end)


def _decoded(text: str) -> str | None:
    """Return the text that a literal is in base64, if it is one."""
    try:
        raw = base64.b64decode(text[: len(text) // 4 * 4])
        return raw[:_LONGEST].decode("utf-16-le" if raw[1:2] == b"\0" else "utf-8")
    except (binascii.Error, ValueError):
        return None


def _may_be_page(text: str) -> bool:
    """True if a text is a page of ASP or Razor, or the source of a class."""
    if "<%" in text or "runat" in text.lower():
        return opens_page(fold(text), strict=True)
    if _RAZOR.search(text) is not None:
        return True
    return "using System" in text and _CLASS.search(text) is not None
