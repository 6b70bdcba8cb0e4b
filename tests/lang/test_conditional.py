"""Conditional compilation: lines that are never compiled have no tokens."""

from __future__ import annotations

import pytest

from webshellhunt.lang.conditional import drop_dead_lines
from webshellhunt.lang.tokens import tokenize


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("#If False Then\na\n#End If\nb", ["b"]),
        ("#If True Then\na\n#Else\nb\n#End If\nc", ["a", "c"]),
        ("#If SOME Then\na\n#Else\nb\n#End If", ["b"]),
        ("#Const SOME = 2\n#If SOME = 1 Then\na\n#ElseIf SOME > 1 Then\nb\n#End If", ["b"]),
        ("#Const SOME = True\n#If SOME AndAlso Not OTHER Then\na\n#Else\nb\n#End If", ["a"]),
        ("#If OTHER Then\n#Const SOME = True\n#End If\n#If SOME Then\na\n#Else\nb\n#End If", ["b"]),
        ("#If DEBUG Then\na\n#Else\nb\n#End If", ["a", "b"]),
        ("#If False Then\na\n#ElseIf True Then\nb\n#Else\nc\n#End If", ["b"]),
        ("#If False Then\n#If True Then\na\n#End If\n#End If\nb", ["b"]),
        ("#End If\na\n#Else\nb", ["a", "b"]),
        ("#If False Then\na", ["a"]),
        ("", []),
    ],
)
def test_lines_that_are_never_compiled(code: str, names: list[str]) -> None:
    tokens = tokenize(code, "vb")
    drop_dead_lines(tokens, [(0, len(code))])
    assert [value for value in tokens.values if value in ("a", "b", "c")] == names


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("#if SOME\na\n#else\nb\n#endif", ["b"]),
        ("#define SOME\n#if SOME\na\n#else\nb\n#endif", ["a"]),
        ("#define SOME\n#undef SOME\n#if SOME\na\n#else\nb\n#endif", ["b"]),
        ("#if !SOME && (true || OTHER)\na\n#else\nb\n#endif", ["a"]),
        ("#if SOME == false\na\n#elif true\nb\n#endif", ["a"]),
        ("#if DEBUG\na\n#else\nb\n#endif", ["a", "b"]),
        ("#if DEBUG && SOME\na\n#elif DEBUG || true\nb\n#endif", ["b"]),
        ("/*\n#if SOME\n*/\na\n/*\n#endif\n*/", ["a"]),
        ("/* */\n#if SOME // no\na\n#endif", []),
        ('@"\n#if SOME\n" + a + @"\n#endif\n"', ["a"]),
        ("#if DEBUG\n#define SOME\n#endif\n#if SOME\na\n#else\nb\n#endif", ["a", "b"]),
    ],
)
def test_lines_of_c_sharp_that_are_never_compiled(code: str, names: list[str]) -> None:
    tokens = tokenize(code, "c#")
    assert [value for value in tokens.values if value in ("a", "b", "c")] == names


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("@if (@_jscript) a @else b @end c", ["a", "c"]),
        ("@if (!@_jscript) a @elif (@_win16 || @_mac) b @else c @end", ["c"]),
        ("/*@cc_on @if (@_jscript_version < 5) a @else b @end @*/", ["b"]),
        ("@if (@_jscript_version >= 7) a @else b @end", ["a", "b"]),
        ("@if (@_debug) a @else b @end", ["a", "b"]),
        ("@set @x = 1.5\n@if (@x == 1.5 && (@_jscript)) a @else b @end", ["a"]),
        ("@if (@none) @set @x = 1 @end @if (@x) a @else b @end", ["b"]),
        ("'@if (0)'; a; '@end'", ["a"]),
        ("/* @if (0) */ a /* @end */", ["a"]),
        ("@if (0", []),
    ],
)
def test_code_of_jscript_that_is_never_compiled(code: str, names: list[str]) -> None:
    assert [value for value in tokenize(code, "jscript").values if value in ("a", "b", "c")] == names


def test_a_compiler_option_may_define_any_symbol() -> None:
    text = "CompilerOptions=/d:SOME\n#if SOME\na\n#endif"
    assert "a" in tokenize(text, "c#", text.index("\n"), len(text)).values


def test_markup_has_no_directives() -> None:
    text = "#if SOME\na\n#endif"
    assert "a" in tokenize(text, "c#", text.index("a"), text.index("a") + 1).values


def test_many_directives_are_read_in_linear_time() -> None:
    text = "#if SOME\n" * 20_000 + "/*\n#if A\n" * 20_000
    tokens = tokenize(text, "c#")
    assert len(tokens) == 0
    assert len(tokenize("@if (" * 40_000, "jscript")) == 80_000
