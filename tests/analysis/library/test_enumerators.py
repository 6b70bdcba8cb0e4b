"""Enumerators: the place in a sequence that code moves by hand; lazy values."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

MOVED = 'var e = new[] { "a", "b" }.GetEnumerator(); e.MoveNext();'


FILLED = 'var d = new Activ·eXObject("Scripting.Dictionary"); d.Add("a", VISITOR); d.Add("b", "c"); '


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ("for (var e = new Enumerator(d); !e.atEnd(); e.moveNext()) SINK(e.item());", [{"a", "b"}]),
        ("var e = new Enumerator(d); SINK(e.item());", ["a"]),
        ("var e = new Enumerator(d); e.moveNext(); e.moveFirst(); SINK(e.item());", ["a"]),
        ("var e = new Enumerator(d); e.moveNext(); SINK(e.item());", ["b"]),
        ("var e = new Enumerator(VISITOR); SINK(e.item());", ["<tainted>"]),
    ],
)
def test_enumerators_of_jscript(code: str, arrives: list[Any]) -> None:
    assert seen(FILLED + code, "jscript") == arrives


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        (f"{MOVED} SINK(e.Current);", ["a"]),
        (f"{MOVED} e.MoveNext(); SINK(e.Current);", ["b"]),
        (f"{MOVED} e.MoveNext(); e.Reset(); e.MoveNext(); SINK(e.Current);", ["a"]),
        (f"{MOVED} while (e.MoveNext()) SINK(e.Current);", ["b"]),
        ("var e = VISITOR.Split('a').AsEnumerable().GetEnumerator(); e.MoveNext(); SINK(e.Current);", ["<tainted>"]),
        ('var x = "a"; var l = new Lazy<string>(() => x); x = "b"; SINK(l.Value);', ["b"]),
        ('var x = "a"; var l = new Lazy<string>(() => x); SINK(l.Value); x = "b"; SINK(l.Value);', ["a", "a"]),
    ],
)
def test_enumerators(code: str, arrives: list[Any]) -> None:
    assert seen(code, "c#") == arrives


def test_an_iterator_runs_when_its_enumerator_moves() -> None:
    code = (
        'IEnumerator<string> Get() { SINK("1"); yield return "a"; }'
        'void Page_Load(object s, EventArgs e) { var it = Get(); SINK("0"); it.MoveNext(); SINK(it.Current); }'
    )

    assert seen(code, "c#") == ["0", "1", "a"]
