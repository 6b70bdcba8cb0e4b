"""The act and the evidence at a range of a layer."""

from __future__ import annotations

from functools import partial

import pytest

from tests.builders.inert import live
from tests.views.test_sample import sample
from webshellhunt.decoding.rewrite import Replacement
from webshellhunt.lang.unit import build_unit
from webshellhunt.model.findings import Span
from webshellhunt.views.excerpts import act_at, excerpt_at, statement_around
from webshellhunt.views.layer import Layer, opaque

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


def around(text: str, inside: str, language: str | None) -> str:
    """Return the statement around a part of a text; without a language, no parser reads the text."""
    units = [] if language is None else [build_unit(text, language, [(0, len(text))])]
    at = text.index(inside)
    start, end = statement_around(units, text, at, at + len(inside))
    return text[start:end].strip()


@pytest.mark.parametrize(
    ("text", "inside", "language", "expected"),
    [
        ('a = 1;\nfile.Save(\n  "x;y",\n  name);\nb();', "name", "c#", 'file.Save(\n  "x;y",\n  name)'),
        ("a = 1 : f.Save x, _\r\n  name : b", "name", "vbscript", "f.Save x, _\r\n  name"),
        ("If a Then f.Save x\r\nb", "Save", "vbscript", "f.Save x"),
        ("if (a) { f.Save(x); g(); }", "Save", "jscript", "f.Save(x)"),
        ("one\nf.Save(x); two", "Save", None, "f.Save(x)"),
        ("{f.Save(x)}", "Save", None, "f.Save(x)"),
        ("f.Save(x)", "f.Save(x)", None, "f.Save(x)"),
    ],
)
def test_a_statement_ends_where_the_language_ends_it(
    text: str, inside: str, language: str | None, expected: str
) -> None:
    assert around(text, inside, language) == expected


def test_several_statements_are_one_range() -> None:
    text = "a(); b(); c();"
    unit = build_unit(text, "c#", [(0, len(text))])
    start, end = statement_around([unit], text, text.index("b"), text.index("c") + 1)
    assert text[start:end] == "b(); c()"


def test_text_without_an_end_is_bounded() -> None:
    text = "x" * 5000
    start, end = statement_around([], text, 2500, 2501)
    assert end - start <= 801


def test_a_range_without_a_token_is_read_as_text() -> None:
    text = "a();\n// note of b\nc();"
    unit = build_unit(text, "c#", [(0, len(text))])
    start, end = statement_around([unit], text, text.index("note"), text.index("note") + 4)
    assert text[start:end] == "// note of b"


@pytest.mark.parametrize(
    ("text", "inside", "language", "expected"),
    [
        (
            "a.B\nSet s = New Stream\ns.Open\ns.WriteText x\ncall s.SaveToFile(y)\nb.C",
            "WriteText",
            "vbscript",
            "Set s = New Stream\ns.Open\ns.WriteText x\ncall s.SaveToFile(y)",
        ),
        ("Writer w = new Writer(p); w.Write(x); w.Close(); v.Close();", "Write(x)", "c#", None),
        ("Response.Write x\nResponse.Write y", "Write y", "vbscript", "Response.Write y"),
        ("s.Open\nz = 1\ns.Save y", "Save", "vbscript", "s.Save y"),
    ],
)
def test_statements_in_a_row_on_one_object_are_one_act(
    text: str, inside: str, language: str, expected: str | None
) -> None:
    assert around(text, inside, language) == (expected or "Writer w = new Writer(p); w.Write(x); w.Close()")


def test_a_row_of_statements_is_bounded() -> None:
    text = "s.Write x\n" * 200
    unit = build_unit(text, "vbscript", [(0, len(text))])
    start, end = statement_around([unit], text, 1000, 1001)
    assert text[start:end].count("Write") == 25


@pytest.mark.parametrize(
    ("text", "inside", "language", "expected"),
    [
        ("w.Send(a.Read(x) + new B().Load(y));", "Read", "c#", "a.Read(x)"),
        ("w.Send(a.Read(x) + new B().Load(y));", "B", "c#", "new B().Load(y)"),
        ("w.Send(a.Read(x) + new B().Load(y));", "y", "c#", "new B().Load(y)"),
        ("w.Send(a.Read(x) + new B().Load(y));", "Send", "c#", "w.Send(a.Read(x) + new B().Load(y))"),
        ("w.Send(a.Read(Request[x]) + b);", "Request", "c#", "a.Read(Request[x])"),
        ("run(x) + load(y);", "run", "jscript", "run(x)"),
        ("Send c.Run(x).Text & f.Open(y).All", "Run", "vbscript", "c.Run(x).Text"),
        ("Send (x) & f.Open(y).All", "x", "vbscript", "Send (x) & f.Open(y).All"),
        ("t = (a).Read(x) + ((b.Load(y)));", "Load", "c#", "b.Load(y)"),
        ("t = (a).Read(x) + ((b.Load(y)));", "Read", "c#", "(a).Read(x)"),
        ("p(0).Name = Run(y);", "Name", "jscript", "p(0).Name = Run(y)"),
        ("p.Name = q + Run(y);", "q", "jscript", "p.Name = q + Run(y)"),
    ],
)
def test_calls_beside_each_other_are_several_acts(text: str, inside: str, language: str, expected: str) -> None:
    assert around(text, inside, language) == expected


def test_brackets_around_a_call_are_bounded() -> None:
    text = "a(" + "(" * 3000 + "x" + ")" * 3000 + ");"
    assert around(text, "x", "c#") == text[:-1]
