"""C# and VB.NET in the core language: what programs of each construct write, and any code at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.printed_core import nodes_of
from tests.builders.tables import each_row
from webshellhunt.analysis.dotnet import NetLife
from webshellhunt.core import ir
from webshellhunt.lang import tree
from webshellhunt.lang.unit import build_unit
from webshellhunt.lower.net.classes import lower
from webshellhunt.lower.net.page import NetPage

HERE = Path(__file__).parent
ENTRIES = [
    pytest.param(language, *entry.partition("\n")[::2], id=f"{file}: {entry.partition(chr(10))[0]}")
    for file, language in (("csharp", "c#"), ("vbnet", "vb"), ("vbnet_statements", "vb"))
    for entry in re.split(r"^=== ", (HERE / f"{file}.txt").read_text("utf-8"), flags=re.MULTILINE)[1:]
]
MOST_NESTED = 240
STEPS = 3_000_000
CSHARP = (
    'x y f(x) o.m o?.m a[i] 1 "t" $"{x}" + - * ( ) , . = == != < && || ?? ??= ! ? : ; { } [ ] if(x) else while(x) '
    "do => for(;;) foreach(var_k_in_o) switch(x){case_1: default: } x_switch{_=>1} break continue return try{ "
    "}catch(E_e){ is int_x=1 var(a,b)=t class_A{ void_F(){ new_A() {P=1} throw typeof(A) nameof(x) default (T)x as "
    "++ -- += ref out_var_z from_x_in_y_select_x yield_return await ^1 .. with base this string A:"
)
BASIC = (
    'x y f(x) o.m o?.m a(i) 1 "t" $"{x}" + - * ( ) , . = <> < AndAlso OrElse And If(x,y) If_x_Then Else End_If \n \n '
    "Class_A End_Class Sub_F() End_Sub Function(a) Sub() New_A With_{.P=1} Not Is TypeOf Like & Mod \\ ^ CType(x,A) "
    "Me MyBase Dim_x_As_Integer=1 For_Each_k_In_o Next For_i=1_To_2 Do Loop Select_Case_x Case_1 End_Select Return "
    "Try Catch End_Try AddressOf From_x_In_y_Select_x GetType(A) d!k {1,2} AddHandler On_Error_Resume_Next Throw Await"
)


def lowered(code: str, language: str) -> ir.Program:
    """Return the program of the code of a page."""
    top = build_unit(code, language, [(0, len(code))]).parsed.top
    return lower(top, NetPage(language))


def written(code: str, language: str) -> list[Any]:
    """Return what a page writes."""
    top = build_unit(code, language, [(0, len(code))]).parsed.top
    inline = frozenset(each for each in top.statements if isinstance(each, (tree.Declaration, tree.Function)))
    page = NetPage(language, inline=inline)
    life = NetLife(lower(top, page), page, (), {}, code, STEPS)
    life.run(is_part=False, acts=True)
    return [each.arguments[0] for each in life.machine.arrivals if each.names == ("httpresponse", "write")]


@pytest.mark.parametrize(("language", "_", "entry"), ENTRIES)
def test_a_program_writes(language: str, _: str, entry: str) -> None:
    code, _, expected = entry.partition("\n---\n")
    assert [str(each) for each in written(code, language)] == expected.splitlines()


def _procs(program: ir.Program) -> Iterator[ir.Proc]:
    yield program.main
    for symbol in program.classes.values():
        for members in (symbol.methods, symbol.getters, symbol.setters):
            yield from members.values()
        yield from (each for each in (symbol.initial, symbol.statics, symbol.constructor) if each is not None)


def _check(program: ir.Program) -> int:
    """Check that jumps have their blocks and expressions do not nest too deeply; return the number of parts."""
    count = 0
    stack = [*_procs(program)]
    while stack:
        proc = stack.pop()
        stack += proc.others
        for block in proc.blocks:
            end = block.end
            targets = [getattr(end, name) for name in ("to", "no", "done") if hasattr(end, name)]
            targets += [end.yes] if isinstance(end, ir.Branch) else [end.body] if isinstance(end, ir.Next) else []
            assert all(0 <= each < len(proc.blocks) for each in (*targets, max(block.handler, 0)))
        for node, depth in nodes_of(proc):
            count += 1
            assert depth <= MOST_NESTED
            stack += [node.proc] if isinstance(node, ir.Lambda) else []
    return count


@pytest.mark.parametrize(("language", "words"), [("c#", CSHARP), ("vb", BASIC)])
@given(data=st.data())
def test_any_code_is_lowered(language: str, words: str, data: st.DataObject) -> None:
    known = [each.replace("_", " ") for each in words.split(" ")]
    code = " ".join(data.draw(st.lists(st.sampled_from(known), max_size=40)))
    _check(lowered(code, language))


@each_row(
    ("language", "code"),
    [
        ("c#", "(" * 100_000),
        ("c#", "x = " + "!" * 100_000 + "1;"),
        ("c#", "x = a" + ".b" * 20_000 + ";"),
        ("c#", "x = a" + ".b(1)" * 5_000 + ";"),
        ("c#", "x = a" + "?.b(1)" * 5_000 + ";"),
        ("c#", "x = " + " + ".join(["f()"] * 5_000) + ";"),
        ("c#", "x = " + " && ".join(["f()"] * 5_000) + ";"),
        ("c#", "x = " + " ?? ".join(["f()"] * 5_000) + ";"),
        ("c#", "x = " + "a ? b : " * 20_000 + "c;"),
        ("c#", "x = x is 1" + " or 2" * 5_000 + ";"),
        ("c#", "x = y switch { " + "".join(f"{n} => f({n})," for n in range(2_000)) + "_ => 1 };"),
        ("c#", "x = " + '$"{' * 10_000),
        ("c#", "x = " + "f(() => " * 80 + "1" + ")" * 80 + ";"),
        ("c#", "class A {" + "".join(f"void F(int a{n}) {{ F({n}); }}" for n in range(10_000)) + "}"),
        ("c#", "class A : B {} class B : A {} class C { void M() { base.F(); new A().F(); } }"),
        ("c#", "class A<" * 1_000),
        ("vb", "x = " + "(" * 100_000),
        ("vb", "x = " + "Not " * 20_000 + "a"),
        ("vb", "x = a" + "(1)" * 10_000),
        ("vb", "x = " + "f(" * 10_000 + "1" + ")" * 10_000),
        ("vb", "x = " + "If(a, " * 2_000 + "1" + ")" * 2_000),
        ("vb", "x = " + "Function() " * 2_000 + "1"),
        ("vb", "x = " + " & ".join(["f()"] * 5_000)),
        ("vb", "x = " + "New A With {.B = " * 2_000 + "1" + "}" * 2_000),
        ("vb", "If a Then\n" * 20_000),
        (
            "c#",
            "".join(f"partial class A{n % 50} : A{(n + 1) % 50} {{ void F{n}() {{ G(); }} }}" for n in range(1_000)),
        ),
        ("c#", "".join(f"class B{n} : B{n + 1} {{ void F{n}() {{ G(); }} }}" for n in range(1_000))),
        ("c#", "void F() { " + "try { " * 300 + " return; " + "} finally { g(); }" * 300 + "}"),
        ("vb", "".join(f"Module M{n}\nSub F{n}\nG()\nEnd Sub\nEnd Module\n" for n in range(1_000))),
        ("vb", "Sub F()\nOn Error GoTo L\n" + "a = b\n" * 2_000 + "L: Resume Next\nEnd Sub"),
        ("vb", "Sub F()\n" + "".join(f"L{n}: a = 1\nGoTo L{n * 7 % 2_000}\n" for n in range(2_000)) + "End Sub"),
    ],
)
def test_hostile_code_is_lowered(language: str, code: str) -> None:
    assert _check(lowered(code, language)) > 0
