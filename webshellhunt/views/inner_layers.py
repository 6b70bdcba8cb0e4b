"""Inner layers: the text of a layer with encoded parts decoded, and the parts that a file carries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from webshellhunt.decoding.carriers import CarriedPart
from webshellhunt.decoding.charset import DecodedText, decode_candidates
from webshellhunt.decoding.rewrite import Replacement, rewrite
from webshellhunt.model.findings import Span
from webshellhunt.model.settings import PageSettings
from webshellhunt.pages.kinds import nature_of
from webshellhunt.views.layer import Layer
from webshellhunt.views.opaque_steps import opaque
from webshellhunt.views.opened_file import OpenedFile


def rewritten_layer(name: str, outer: Layer, decoded: DecodedText, replaced: Iterable[Replacement]) -> Layer:
    """Return the page of a layer with each encoded part decoded; ``decoded`` is the text of the layer."""
    rewritten = rewrite(decoded.text, replaced)

    def locate(start: int, end: int) -> Span:
        return decoded.byte_span(*rewritten.span(start, end))

    return Layer(outer.sample, f"{outer.name}, {name}", decoded.encoding, rewritten.text, locate)


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


def _moved(decoded: DecodedText, offset: int, start: int, end: int) -> Span:
    """Return the range in the file of a part that is stored unchanged."""
    span = decoded.byte_span(start, end)
    return Span(offset + span.start, offset + span.end)
