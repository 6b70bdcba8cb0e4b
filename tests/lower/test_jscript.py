"""JScript in the core language: what programs of each construct write, and any code at all."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.core_runs import started
from tests.builders.printed_core import nodes_of
from webshellhunt.core import ir
from webshellhunt.core.run import World
from webshellhunt.lang.unit import build_unit
from webshellhunt.library.rows import library
from webshellhunt.lower.jscript import lower
from webshellhunt.lower.languages import together
from webshellhunt.lower.names import PageNames
from webshellhunt.lower.texts import TextReader

ENTRIES = re.split(r"^=== ", (Path(__file__).parent / "jscript.txt").read_text("utf-8"), flags=re.MULTILINE)[1:]
MOST_NESTED = 420
"""How deeply parts of an expression nest: a chain of 200 members is two parts a link."""
WORDS = (
    "x y f(x) o.m o['p'] a[i] 1 't' /r/g + - * ( ) , . = == === != !== < && || ! ? : ; { } [ ] if(x) else while(x) do "
    "for(;;) for(k:in:o) switch(x){case:1: default: } break continue return try{ }catch(e){ }finally{ throw function "
    "function:f(a){ new:f(x) delete typeof void with(o) var:x=1 this arguments eval(x) => in instanceof ++ -- += a:"
)


def programs(*codes: tuple[str, str]) -> list[ir.Program]:
    """Return the programs of the codes of one page, each with its language."""
    tops = [build_unit(code, language, [(0, len(code))]).parsed.top for language, code in codes]
    return together([(language, top, PageNames()) for (language, _), top in zip(codes, tops, strict=True)])


def written(*codes: tuple[str, str]) -> list[Any]:
    """Return what a page writes."""
    machine = started(programs(*codes), World(library(), frozenset({"write"}), TextReader().read))
    return [each.arguments[0] for each in machine.arrivals if each.names == ("response", "write")]


@pytest.mark.parametrize("entry", ENTRIES, ids=[each.partition("\n")[0] for each in ENTRIES])
def test_a_program_writes(entry: str) -> None:
    code, _, expected = entry.partition("\n")[2].partition("\n---\n")
    assert [str(each) for each in written(("jscript", code))] == expected.splitlines()


def _check(program: ir.Program) -> int:
    """Check that jumps have their blocks and expressions do not nest too deeply; return the number of parts."""
    count = 0
    for proc in (program.main, *program.procs.values()):
        for block in proc.blocks:
            end = block.end
            targets = [getattr(end, name) for name in ("to", "no", "done") if hasattr(end, name)]
            targets += [end.yes] if isinstance(end, ir.Branch) else [end.body] if isinstance(end, ir.Next) else []
            assert all(0 <= each < len(proc.blocks) for each in (*targets, max(block.handler, 0)))
        for _, depth in nodes_of(proc):
            count += 1
            assert depth <= MOST_NESTED
    return count


@given(st.lists(st.sampled_from([each.replace(":", " ") for each in WORDS.split(" ")]), max_size=40))
def test_any_code_is_lowered(words: list[str]) -> None:
    code = "\n".join(words)
    top = build_unit(code, "jscript", [(0, len(code))]).parsed.top
    _check(lower(top))


@pytest.mark.parametrize(
    "code",
    [
        "(" * 100_000,
        "x = " + "!" * 100_000 + "1",
        "x = a" + ".b" * 20_000,
        "x = " + " + ".join(["f()"] * 5_000),
        "x = (" + ", ".join(["1"] * 5_000) + ")",
        "x = " + " && ".join(["f()"] * 5_000),
        "if (a) {" * 20_000,
        "function f() {" * 20_000,
        "x = " + "a ? b : " * 20_000 + "c",
        "try {" * 2_000,
        "switch (a) {" + "".join(f"case {n}: x = {n}; break;" for n in range(2_000)) + "}",
    ],
    ids=lambda code: code[:12],
)
def test_hostile_code_is_lowered(code: str) -> None:
    top = build_unit(code, "jscript", [(0, len(code))]).parsed.top
    assert _check(lower(top)) > 0


def test_a_function_of_visual_basic_is_called() -> None:
    basic = ("vbscript", "Function Twice(a)\nTwice = a & a\nEnd Function\nShown = 3")
    script = ("jscript", "Response.Write(Twice('ab') + Shown);")
    assert written(basic, script) == ["abab3"]


def test_functions_and_variables_of_jscript_are_seen_in_visual_basic() -> None:
    script = ("jscript", "var Kept = { Line: 'a', up: function (s) { return s.toUpperCase(); } };\n"
              "function Get() { return 'x'; } function Both(a, b) { return a + b; }")  # fmt: skip
    basic = ("vbscript", 'Response.Write Get() & Both("1", "2") & kept.line & kept.Up("b")')
    assert written(script, basic) == ["x12aB"]


def test_each_language_has_its_own_functions_first() -> None:
    script = ("jscript", "function name() { return 'script'; } Response.Write(name());")
    basic = ("vbscript", 'Function Name()\nName = "basic"\nEnd Function\nResponse.Write Name()')
    assert written(script, basic) == ["script", "basic"]
    assert written(basic, script) == ["basic", "script"]
