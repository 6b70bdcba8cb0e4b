"""Outlines: when a function is run again, and the names that it may read."""

from __future__ import annotations

import pytest

from tests.builders.library_runs import TAINTED
from webshellhunt.analysis.domain.values import UNKNOWN, Choice, Opaque, Value
from webshellhunt.analysis.machine.frames import Frame
from webshellhunt.analysis.summaries.outlines import MAX_NAMES, MAX_RUNS, Outline, Outlines
from webshellhunt.lang.parser import parse
from webshellhunt.lang.symbol_collection import collect
from webshellhunt.lang.symbols import PageSymbols
from webshellhunt.lang.tokens import tokenize

FRAME = Frame()


def outlined(*calls: Value) -> Outline:
    """Return an outline of a function that returned its argument in some calls."""
    outline = Outline()
    for each in calls:
        (argument,) = outline.take([each], {}, FRAME)
        outline.add(argument, [], {})
    return outline


def symbols_of(code: str) -> PageSymbols:
    return collect(parse(tokenize(code, "vbscript")).top, "vbscript")


def test_a_function_that_never_ran_is_run() -> None:
    assert not Outline().covers([], {}, FRAME, MAX_RUNS)


@pytest.mark.parametrize(
    ("calls", "joined"), [(("a",), "a"), (("a", "b"), Choice(("a", "b"))), ("abc", Opaque("string"))]
)
def test_the_arguments_of_all_calls_are_one(calls: tuple[Value, ...], joined: Value) -> None:
    assert outlined(*calls).arguments == [joined]


def test_other_arguments_variables_or_objects_are_run_again() -> None:
    outline = outlined("a")
    assert outline.covers(["a"], {}, FRAME, MAX_RUNS)
    assert not outline.covers([TAINTED], {}, FRAME, MAX_RUNS)
    assert not outline.covers(["a"], {"x": TAINTED}, FRAME, MAX_RUNS)
    assert not outline.covers(["a"], {}, Frame(this="b"), MAX_RUNS)
    assert not outline.covers(["a", "b"], {}, FRAME, MAX_RUNS)


def test_no_function_is_run_for_ever() -> None:
    outline = outlined(*"abcde")
    assert outline.covers([TAINTED], {}, FRAME, MAX_RUNS)
    assert outline.result([TAINTED], None) == Choice((*outline.value.options, TAINTED))


def test_a_function_that_is_running_is_not_run_again() -> None:
    outline = Outline(is_open=True)
    assert outline.covers([TAINTED], {}, FRAME, MAX_RUNS)
    assert outline.result([TAINTED], None) == TAINTED
    assert outline.result(["a"], None) == UNKNOWN


def test_a_function_reads_what_the_functions_that_it_calls_read() -> None:
    symbols = symbols_of("Sub f(a)\nDim b\nb = a & x\ng b\nEnd Sub\nSub g(c)\ny = c & z.w\nf c\nEnd Sub\n")
    (function,) = symbols.page.methods["f"]
    assert set(Outlines(symbols).read_by(function)) == {"x", "g", "y", "z", "w", "f"}


def test_the_names_that_a_function_reads_are_bounded() -> None:
    code = "".join(f"Sub f{at}()\nx{at} = y{at}\nf{at + 1}\nEnd Sub\n" for at in range(200))
    symbols = symbols_of(code)
    assert len(Outlines(symbols).read_by(symbols.page.methods["f0"][0])) == MAX_NAMES


def test_each_way_to_name_arguments_has_an_outline() -> None:
    symbols = symbols_of("Sub f(a)\nEnd Sub\n")
    (function,) = symbols.page.methods["f"]
    outlines = Outlines(symbols)
    assert outlines.of_call(function, ["", ""]) is outlines.of_call(function, [])
    assert outlines.of_call(function, ["a"]) is not outlines.of_call(function, [])
