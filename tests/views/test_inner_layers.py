"""Rewritten and carried layers keep the place of their text in the file."""

from __future__ import annotations

from tests.builders.inert import live
from webshellhunt.decoding.carriers import CarriedPart
from webshellhunt.decoding.charset import decode_candidates
from webshellhunt.decoding.rewrite import Replacement
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.places import Role
from webshellhunt.model.settings import PageKind, PageSettings
from webshellhunt.views.inner_layers import iter_carried_layers, rewritten_layer
from webshellhunt.views.sample import Sample

INNER = live("<\x25 Response.Wri·te(1) \x25>").encode()


def opened(data: bytes) -> Sample:
    return Sample(Artifact("a.asp", "a.asp", Role.WWWROOT, len(data)), data)


def test_a_part_that_is_stored_unchanged_keeps_its_bytes() -> None:
    sample = opened(b"head " + INNER)
    (layer,) = iter_carried_layers(sample, CarriedPart("test", "page.asp", INNER, 5, 5 + len(INNER)), 1000)
    assert layer.name == "test: page.asp"
    assert (layer.span(0, 2).start, layer.span(0, 2).end) == (5, 7)


def test_a_decoded_part_has_the_whole_encoded_range() -> None:
    sample = opened(b"encoded text")
    (layer,) = iter_carried_layers(sample, CarriedPart("test", "page.asp", INNER, 2, 9), 1000)
    assert (layer.span(0, 2).start, layer.span(0, 2).end) == (2, 9)


def test_a_part_without_server_code_is_no_layer() -> None:
    text = b"plain text"
    assert list(iter_carried_layers(opened(text), CarriedPart("test", "a.txt", text, 0, len(text)), 1000)) == []


def test_a_rewritten_layer_maps_to_the_bytes_of_its_outer_one() -> None:
    sample = opened(b"abXXef" + INNER)
    outer = sample.layers[0]
    (decoded, *_) = decode_candidates(sample.data, PageKind.CLASSIC_ASP, PageSettings())
    layer = rewritten_layer("decoded", outer, decoded, [Replacement(2, 4, "longer")])
    assert layer.text.startswith("ablongeref")
    assert (layer.name, layer.span(8, 9).start) == ("text, decoded", 4)
