"""Guards: calls that say something of their argument, in the branch where they hold."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

LIST = 'var l = new List<string> { "a", "b" }; var x = VISITOR; '


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        ("vbscript", "x = VISITOR\nIf IsNumeric(x) Then SINK x", ["<number>"]),
        ("vbscript", "x = VISITOR\nIf Not IsNumeric(x) Then SINK x", ["<tainted>"]),
        ("vbscript", "x = VISITOR\nIf IsEmpty(x) Then\ny = 1\nElse\nSINK x\nEnd If", ["<tainted>"]),
        ("c#", LIST + "if (l.Contains(x)) { SINK(x); }", [{"a", "b"}]),
        ("c#", LIST + "if (!l.Contains(x)) { SINK(x); }", ["<tainted>"]),
        ("c#", LIST + "l.Add(VISITOR); if (l.Contains(x)) { SINK(x); }", ["<tainted>"]),
        ("c#", "var x = VISITOR; if (other.Contains(x)) { SINK(x); }", ["<tainted>"]),
        ("jscript", "var x = VISITOR; if (/^\\d+$/.test(x)) SINK(x);", ["<number>"]),
        ("jscript", "var x = VISITOR; if (/^\\d+$/m.test(x)) SINK(x);", ["<tainted>"]),
        ("jscript", "var x = VISITOR; if (/^\\d+/.test(x)) SINK(x);", ["<tainted>"]),
        ("jscript", "var x = VISITOR; if (/^(a|b)$/.test(x)) SINK(x);", [{"a", "b"}]),
        ("jscript", "var x = VISITOR; if (/^a|b$/.test(x)) SINK(x);", ["<tainted>"]),
        ("jscript", "var x = VISITOR; if (x.match(/^a$/)) SINK(x);", ["a"]),
        ("jscript", "var x = VISITOR; if (/^a$/.exec(x) != null) SINK(x);", ["a"]),
        ("jscript", "var x = VISITOR; if (/^a$/.exec(x) == null) SINK(x);", ["<tainted>"]),
        ("jscript", "var x = VISITOR; if (/^a$/.test(x) === false) SINK(x);", ["<tainted>"]),
        ("jscript", "var x = VISITOR; if (!isNaN(x)) SINK(x);", ["<number>"]),
        ("jscript", "var x = VISITOR; if (isNaN(x)) SINK(x);", ["<tainted>"]),
        ("c#", 'var x = VISITOR; if (Regex.IsMatch(x, "^(a|b)$")) SINK(x);', [{"a", "b"}]),
        ("c#", 'var x = VISITOR; if (Regex.IsMatch(x, "^a$", RegexOptions.Multiline)) SINK(x);', ["<tainted>"]),
        (
            "vbscript",
            'Set d = CreateObject("Scripting.Dictionary")\nd.Add "a", 1\nx = VISITOR\nIf d.Exists(x) Then SINK x',
            ["a"],
        ),
    ],
)
def test_a_guard(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives


@pytest.mark.parametrize(
    ("test", "arrives"),
    [
        ('Regex.IsMatch(x, "^(a|b)$")', [{"a", "b"}]),
        ('Regex.IsMatch(x, "^(a|b)$", RegexOptions.Multiline)', ["<tainted>"]),
        ('Regex.IsMatch(x, "^(a|b)$", RegexOptions.IgnoreCase)', ["<string>"]),
        ('new Regex("^(a|b)$").IsMatch(x)', [{"a", "b"}]),
        ('new Regex("^(a|b)$", RegexOptions.Multiline).IsMatch(x)', ["<tainted>"]),
        ('Regex.Match(x, "^(a|b)$").Success', [{"a", "b"}]),
        ('Regex.IsMatch(x, "a|b")', ["<tainted>"]),
        ("Enum.IsDefined(typeof(Tool), x)", [{"Dir", "Ver"}]),
        ("l.Contains(x, StringComparer.OrdinalIgnoreCase)", [{"a", "b"}]),
    ],
)
def test_a_guard_of_words(test: str, arrives: list[Any]) -> None:
    assert seen(f"enum Tool {{ Dir, Ver }} {LIST} if ({test}) {{ SINK(x); }}", "c#") == arrives


def test_characters_that_are_digits() -> None:
    assert seen("foreach (var c in VISITOR.Where(x => char.IsDigit(x))) { SINK(c); }", "c#") == ["<char>"]
    assert seen("foreach (var c in VISITOR.Where(x => !char.IsDigit(x))) { SINK(c); }", "c#") == ["<tainted>"]
