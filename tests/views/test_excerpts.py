"""The act and the evidence at a range of a layer."""

from __future__ import annotations

from functools import partial

from tests.builders.inert import live
from tests.views.test_sample import sample
from webshellhunt.decoding.rewrite import Replacement
from webshellhunt.model.findings import Span
from webshellhunt.views.excerpts import act_at, excerpt_at
from webshellhunt.views.layer import Layer
from webshellhunt.views.opaque_steps import opaque

CODE = live('<·% Dim x\r\nx = Request("a")\r\nf.Write _\r\n  x\r\nf.Close %·>')


def test_an_act_is_the_statement_in_bytes_of_the_file() -> None:
    (layer,) = sample("é" + CODE).layers
    at = layer.text.index("Write")
    act = layer.act(at, at + 5)
    assert (act.layer, act.path) == ("", layer.shown_path)
    assert b"Write" in layer.sample.data[act.span.start : act.span.end]
    assert b"Close" not in layer.sample.data[act.span.start : act.span.end]


def test_after_the_analysis_a_continued_line_is_part_of_the_act() -> None:
    (layer,) = sample(CODE.replace("f.Write", "Execute")).layers
    assert layer.codes
    at = layer.text.index("Execute")
    span = layer.act(at, at + 7).span
    assert layer.sample.data[span.start : span.end].split() == [b"Execute", b"_", b"x"]


def test_evidence_names_its_act() -> None:
    (layer,) = sample(CODE).layers
    at = layer.text.index("Close")
    found = layer.evidence(at, at + 5)
    assert found.act == layer.act(at, at + 5)
    assert found == excerpt_at(layer, at, at + 5, act_at(layer, at, at + 5))


def test_in_an_opaque_layer_acts_are_told_apart_by_their_place_there() -> None:
    (outer,) = sample(CODE).layers
    inner = Layer(outer.sample, "inner", "ascii", "one();\ntwo();", partial(opaque, Span(5, 50)))
    one, two = inner.act(0, 3), inner.act(7, 10)
    assert (one.layer, two.layer) == ("inner", "inner")
    assert not one.overlaps(two)
    assert one.overlaps(inner.act(1, 2))
    assert not one.overlaps(outer.act(6, 7))


def test_a_rewritten_layer_has_the_acts_of_its_original() -> None:
    (layer,) = sample(CODE).layers
    at = layer.text.index("Dim")
    plain = layer.rewritten("written plainly", [Replacement(at, at + 3, "Private")])
    there = plain.text.index("Close")
    here = layer.text.index("Close")
    assert plain.act(there, there + 5) == layer.act(here, here + 5)
