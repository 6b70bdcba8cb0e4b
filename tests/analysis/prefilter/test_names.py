"""Whether anything may arrive at a sink, by the names of a code."""

from __future__ import annotations

import pytest

from tests.builders.inert import live, unit_of
from webshellhunt.analysis.prefilter import may_flow


def may(code: str, language: str, held: frozenset[str] = frozenset(), *, has_controls: bool = False) -> bool:
    return may_flow(unit_of(code, language).tokens, held, has_controls=has_controls)


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("vbscript", "Exec·ute a"),
        ("vbscript", "c.Exec·ute a"),
        ("vbscript", "s.Run a"),
        ("vbscript", "s.Save·ToFile a"),
        ("vbscript", "Set t = f.OpenAsTextStream(2)\nt.Write a"),
        ("c#", "Pro·cess.Start(a);"),
        ("c#", "m.InvokeMember(a);"),
        ("c#", '[DllImport("a")] extern void F();'),
        ("c#", "File.ReadAllText(Req·uest[0]);"),
        ("vbscript", 'Set t = Create·Object("a")\nt.Write Req·uest(1)'),
        ("jscript", 'var t = new Active·XObject("a"); t.Write(Req·uest(1));'),
        ("jscript", "a[b](c);"),
        ("jscript", "a[b] (c);"),
        ("jscript", "new Func·tion(a);"),
    ],
)
def test_a_word_of_a_sink(language: str, code: str) -> None:
    assert may(code, language)


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("vbscript", "Response.Write a"),
        ("vbscript", 'Set t = Create·Object("a")\nResponse.Write Req·uest(1)'),
        ("vbscript", "t.Write Req·uest(1)"),
        ("c#", "a.Start(b);"),
        ("c#", "File.ReadAllText(a);"),
        ("jscript", "a(b);"),
        ("vb", ""),
    ],
)
def test_no_word_of_a_sink(language: str, code: str) -> None:
    assert not may(code, language)


def test_controls_are_filled_in_by_a_visitor() -> None:
    assert may("File.ReadAllText(a);", "c#", has_controls=True)


def test_sinks_that_need_a_word_count_with_it() -> None:
    assert not may("x.Send Req·uest(1)", "vbscript")
    assert may("x.Send Req·uest(1)", "vbscript", frozenset({live("xml·http")}))
