"""VBScript in the core language: one entry of `visual_basic.txt` for each construct, and any code at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.printed_core import lowered, nodes_of, printed
from webshellhunt.core import ir
from webshellhunt.lang.unit import build_unit
from webshellhunt.lower.names import PageNames
from webshellhunt.lower.texts import TextReader
from webshellhunt.lower.visual_basic import lower

ENTRIES = (Path(__file__).parent / "visual_basic.txt").read_text("utf-8").split("=== ")[1:]
MOST_NESTED = 130
"""How deeply parts of an expression nest, places counted as parts."""
WORDS = (
    'x y f(x) o.m o.p(1) a(i) 1 "t" & + - * ( ) , . = <> And Not Is If Then Else ElseIf End:If Do Loop While:x Until:x '
    "Wend For:i=1:To:3 For:Each:x:In:y Next Select:Case:x Case:1 Case:Else End:Select With:o End:With Sub:s "
    "Function:f(a) End:Sub End:Function Class:C End:Class Property:Let:p(v) Property:Get:p End:Property Set Dim:x(2) "
    "ReDim:Preserve:x(1) Erase:x Const:c=1 Exit:For Exit:Do Exit:Sub On:Error:Resume:Next On:Error:GoTo:0 Execute:x "
    "Eval(x) New:C Me Nothing Call Step To In .m !k _ Stop"
)


@pytest.mark.parametrize("entry", ENTRIES, ids=[each.partition("\n")[0].partition(" |")[0] for each in ENTRIES])
def test_a_construct_is_lowered_to(entry: str) -> None:
    head, _, rest = entry.partition("\n")
    code, _, expected = rest.partition("\n---\n")
    assert printed(code, head.partition(" | ")[2]) == expected.splitlines()


def _check(program: ir.Program) -> int:
    """Check that jumps have their blocks and expressions do not nest too deeply; return the number of parts."""
    members = (each for symbol in program.classes.values() for each in (symbol.methods, symbol.getters, symbol.setters))
    procs = [program.main, *program.procs.values(), *(proc for each in members for proc in each.values())]
    count = 0
    for proc in procs:
        for block in proc.blocks:
            end = block.end
            targets = [getattr(end, name) for name in ("to", "no", "done") if hasattr(end, name)]
            targets += [end.yes] if isinstance(end, ir.Branch) else [end.body] if isinstance(end, ir.Next) else []
            assert all(0 <= each < len(proc.blocks) for each in targets)
        for node, depth in nodes_of(proc):
            count += 1
            assert depth <= MOST_NESTED
            assert not isinstance(node, ir.Local) or node.slot < proc.slots
    return count


@given(st.lists(st.sampled_from(WORDS.split()), max_size=60), st.sampled_from((" ", "\n", " : ", "\n  ")))
def test_any_code_is_lowered(words: list[str], between: str) -> None:
    code = between.join(words).replace(":", " ") if between != " : " else between.join(words).replace("\n", " ")
    _check(lowered(code))
    assert printed(code) == printed(code)


HOSTILE: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: "x = " + "(" * n + "a" + ")" * n,
    "calls in calls": lambda n: "x = " + "f(" * n + "a" + ")" * n,
    "texts joined": lambda n: "x = a" + " & b" * n,
    "texts joined in brackets": lambda n: "x = " + "(a & " * n + "b" + ")" * n,
    "sums": lambda n: "x = a" + " + b" * n,
    "operators of all strengths": lambda n: "x = " + "a + b * c & d = " * n + "e",
    "members": lambda n: "x = a" + ".b" * n,
    "elements of elements": lambda n: "x = a" + "(1)" * n,
    "denials": lambda n: "x = " + "Not " * n + "a",
    "conditions in conditions": lambda n: "If a Then\n" * n + "b\n" + "End If\n" * n,
    "chains of conditions": lambda n: "If a Then\nb\n" + "ElseIf c Then\nd\n" * n + "End If",
    "loops in loops": lambda n: "For i = 1 To 2\n" * n,
    "objects in objects": lambda n: "With a\n.x = 1\n" * n,
    "cases": lambda n: "Select Case x\n" + "Case 1, 2\ny\n" * n + "End Select",
    "arguments": lambda n: "f " + ", ".join(["a(i)"] * n),
    "elements by reference": lambda n: "Dim a\nf " + "a(" * n + "1" + ")" * n,
    "procedures": lambda n: "Sub s(a)\nx = a\nEnd Sub\n" * n,
    "statements on a line": lambda n: "x = 1 : " * n,
    "strings without an end": lambda n: 'x = "' * n,
}


@pytest.mark.parametrize("shape", HOSTILE)
def test_a_nest_costs_what_its_text_does(shape: str) -> None:
    small, large = (_check(lowered(HOSTILE[shape](size))) for size in (1_500, 6_000))
    assert large <= 4.5 * small + 100


def _run(reader: TextReader, program: ir.Program, text: str, *, is_expression: bool = False) -> list[str]:
    """Return the core of a text that the first call of the page runs."""
    call = next(node for node, _ in nodes_of(program.main) if isinstance(node, ir.Call) and node.scope is not None)
    proc, fresh, _ = reader.read(text, call.scope, 7, is_expression=is_expression)
    assert {getattr(node, "at", 7) for node, _ in nodes_of(proc)} <= {0, 7}
    names = {getattr(node, "name", "") for node, _ in nodes_of(proc)}
    return sorted(names | {each.name for each in fresh})


def test_texts_of_a_run_know_the_names_of_texts_before() -> None:
    program = lowered("Execute s")
    reader = TextReader()
    assert "go" in _run(reader, program, "Sub Go(a) : End Sub")
    call = next(node for node, _ in nodes_of(program.main) if isinstance(node, ir.Call))
    proc, _, _ = reader.read("Go x", call.scope, 7, is_expression=False)
    assert [node.callee for node, _ in nodes_of(proc) if isinstance(node, ir.Call)] == ["go"]


def test_a_run_leaves_the_names_of_the_page() -> None:
    names = PageNames()
    program = lower(build_unit("Execute s", "vbscript", [(0, 9)]).parsed.top, names)
    before = {*names.variables}, {*names.procs}
    _run(TextReader(), program, "Dim q : Function F : End Function : Class C : End Class")
    assert ({*names.variables}, {*names.procs}) == before
    assert names.classes == {}


def test_a_text_that_is_an_expression_compares() -> None:
    proc, _, _ = TextReader().read("a = b", None, 7, is_expression=True)
    found = [node.name for node, _ in nodes_of(proc) if isinstance(node, ir.Op)]
    assert found == ["eq-vb"]
    assert int(proc.kind) < proc.slots


def test_what_is_shown_is_written() -> None:
    text = "<%= x %>"
    unit = build_unit(text, "vbscript", [(3, 6)])
    program = lower(unit.parsed.top, PageNames(tokens=unit.tokens))
    callees = [node.callee for node, _ in nodes_of(program.main) if isinstance(node, ir.Call)]
    assert [each.name for each in callees if isinstance(each, ir.Field)] == ["write"]


def test_an_evaluator_that_an_include_declares_is_a_function_of_it() -> None:
    unit = build_unit("Execute x", "vbscript", [(0, 9)])
    program = lower(unit.parsed.top, PageNames(declared=frozenset({"execute"})))
    assert not [node for node, _ in nodes_of(program.main) if isinstance(node, ir.Call)]
