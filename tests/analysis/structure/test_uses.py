"""Uses of capabilities: calls count, declarations and words do not."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse

NATIVE = '[DllImport("kernel32")] public static extern IntPtr Virtual·Alloc(IntPtr a, uint b);'


def uses(code: str, language: str = "c#") -> dict[str, list[str]]:
    found = analyse(code, language).uses
    return {name: [use.name for use in each] for name, each in found.items()}


def test_a_member_of_an_object_that_is_made_there() -> None:
    assert uses("var p = new Pro·cess(); p.Start();") == {"starts-program": ["process.start"]}
    assert uses("var p = new Engine(); p.Start();") == {}


def test_a_word_in_a_text_or_a_comment_is_no_use() -> None:
    assert uses('/* new Pro·cess().Start() */ var s = "Pro·cess.Start(1)";') == {}


@pytest.mark.parametrize("call", ["Virtual·Alloc(a, 1)", "N.Virtual·Alloc(a, 1)"])
def test_a_declared_function_that_is_called(call: str) -> None:
    assert set(uses(f"class N {{ {NATIVE} }} class Q {{ void L() {{ var m = {call}; }} }}")) == {
        "calls-native-memory",
        "calls-native-function",
    }


def test_a_declaration_alone_is_no_use() -> None:
    assert uses(f"class N {{ {NATIVE} }}") == {}


def test_a_declaration_of_visual_basic() -> None:
    code = 'Declare Function F Lib "kernel32" Alias "Virtual·Alloc" (ByVal a As Integer) As Integer\nx = F(1)'
    assert uses(code, "vb")["calls-native-memory"] == ["virtualalloc"]


def test_classic_asp() -> None:
    assert uses('Set s = CreateObject("WScr·ipt.Shell"): s.Run "a"', "vbscript") == {"starts-program": ["shell.run"]}
