"""Marks are on all that a marked thing ever went into."""

from __future__ import annotations

import pytest

from tests.builders.inert import unit_of
from tests.builders.steps import at_most
from webshellhunt.code import marks as module
from webshellhunt.code.calls import Calls
from webshellhunt.code.marks import Marks


def on_shown(code: str, language: str) -> frozenset[str]:
    """Return the marks on what ``shown`` is given, where the words ``one`` and ``two`` begin marks."""
    unit = unit_of(code, language)
    begins = {at: frozenset({word}) for at, word in enumerate(unit.tokens.values) if word in ("one", "two")}
    marks = Marks(Calls(unit), begins)
    return frozenset().union(*(on for _, _, on in marks.iter_calls({"shown"})))


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("c#", "shown(one);", {"one"}),
        ("c#", "var a = one + two; shown(a);", {"one", "two"}),
        ("c#", "shown(a); a = b; b = one;", {"one"}),
        ("c#", "string f(string p) { shown(p); } f(one);", {"one"}),
        ("c#", "string f() { return one; } shown(f());", {"one"}),
        ("c#", "string f() { using (x) return one; } shown(f());", {"one"}),
        ("c#", "F f = () => one; shown(f());", {"one"}),
        ("c#", "foreach (var a in one.Split(x)) { shown(a); }", {"one"}),
        ("c#", "s.Write(one); shown(s);", {"one"}),
        ("c#", "var a = one; shown(b);", set()),
        ("vbscript", "Function f()\nf = one\nEnd Function\na = f()\nshown a", {"one"}),
        ("vbscript", "For Each a In one\nshown a\nNext", {"one"}),
        ("vbscript", "If a = one Then shown a", set()),
        ("vbscript", "Response.Charset = one\nshown Response", set()),
    ],
)
def test_what_a_mark_is_on(language: str, code: str, expected: set[str]) -> None:
    assert on_shown(code, language) == expected


def test_names_that_lose_marks() -> None:
    unit = unit_of("a = one.part; shown(a); b = one.test; other(b); c = one.part(x.test); third(c);", "c#")
    begins = {at: frozenset({"one", "all"}) for at, word in enumerate(unit.tokens.values) if word == "one"}
    losing = {"part": frozenset({"all"}), "test": frozenset({"one", "all"})}
    marks = Marks(Calls(unit), begins, losing=losing)
    found = {names[-1]: on for names, _, on in marks.iter_calls({"shown", "other", "third"})}
    assert found == {"shown": {"one"}, "other": frozenset(), "third": {"one"}}


def test_too_large_a_unit_has_no_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_TOKENS", 3)
    assert on_shown("shown(one);", "c#") == frozenset()


def test_a_long_chain_ends() -> None:
    code = "".join(f"a{number} = a{number + 1};" for number in range(60)) + "a60 = one; shown(a0);"
    assert on_shown(code, "c#") == frozenset()
    assert on_shown("a1 = a0; a0 = one; shown(a1);", "c#") == {"one"}


def test_long_ranges_have_the_marks_of_short_ones() -> None:
    many = " + ".join(f"x{number}" for number in range(100))
    assert on_shown(f"a = {many} + b; b = one; x50 = two; shown(a);", "c#") == {"one", "two"}
    assert on_shown(f"a = {many}; b = one; shown(a);", "c#") == frozenset()


def test_the_response_is_not_filled_by_way_of_its_context() -> None:
    unit = unit_of("s.Write(one); s.CopyTo(c.Response.OutputStream); shown(c);", "c#")
    begins = {at: frozenset({"one"}) for at, word in enumerate(unit.tokens.values) if word == "one"}
    (found,) = Marks(Calls(unit), begins, reads=True).iter_calls({"shown"})
    assert found[2] == frozenset()


@pytest.mark.parametrize(
    "code", ["a = " + "f(" * 4_000 + "one" + ")" * 4_000, "=".join(f"a{n}" for n in range(4_000)) + "=one"]
)
def test_nested_and_chained_ranges_are_not_read_again_and_again(code: str) -> None:
    with at_most(5_000_000):
        assert on_shown(f"string f(string p) {{ return p; }} {code}; shown(f(one));", "c#") == {"one"}
