"""Functions of exact evaluations: those of the library, with known arguments."""

from __future__ import annotations

import pytest

from tests.builders.interpreted import seen
from webshellhunt.analysis.domain.arrays import array_of, known_items
from webshellhunt.analysis.domain.values import NUMBER, UNKNOWN, ClassValue, Opaque, Thing, Value
from webshellhunt.analysis.exact.functions import MAX_DEPTH, library_function, names_of_call, solved
from webshellhunt.analysis.exact.scope import Evaluation, UnknownError
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.observer import Observer
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.symbols import ClassSymbol, PageSymbols

BASE64 = ("convert", "frombase64string")


def evaluation(language: str = "vbscript") -> Evaluation:
    machine = Machine(PageSymbols(language, ClassSymbol("", "page")), Surroundings(), Observer())
    return Evaluation(machine, 100_000, {})


@pytest.mark.parametrize(
    ("names", "arguments", "expected"),
    [
        (("chr",), [65], "A"),
        (("mid",), ["abc", 2], "bc"),
        (("ubound",), [array_of([1, 2])], 1),
        (("join",), [array_of(["a", "b"]), "-"], "a-b"),
        (("cint",), ["&H41"], 65),
        (("len",), ["x" * 10_000], 10_000),
    ],
)
def test_a_function_of_the_library_has_its_result(
    names: tuple[str, ...], arguments: list[Value], expected: Value
) -> None:
    assert library_function(names, "vbscript")(evaluation(), arguments, 0) == expected


def test_a_function_may_return_an_array() -> None:
    assert known_items(library_function(("split",), "vbscript")(evaluation(), ["a,b", ","], 0)) == ["a", "b"]
    assert known_items(library_function(BASE64, "c#")(evaluation("c#"), ["QUI="], 0)) == [65, 66]


@pytest.mark.parametrize(
    ("names", "arguments"), [(("chr",), ["x"]), (("nothing",), [1]), (("cint",), ["abc"]), (("now",), [])]
)
def test_what_has_no_known_result_is_not_evaluated(names: tuple[str, ...], arguments: list[Value]) -> None:
    with pytest.raises(UnknownError):
        library_function(names, "vbscript")(evaluation(), arguments, 0)


def test_searching_a_long_text_is_counted_and_taking_a_part_of_it_costs_little() -> None:
    cheap, dear = evaluation(), evaluation()
    library_function(("mid",), "vbscript")(cheap, ["x" * 60_000, 5, 1], 0)
    library_function(("instr",), "vbscript")(dear, ["x" * 60_000, "y"], 0)
    assert (cheap.left, dear.left) == (100_000, 100_000 - 60_000 // 64)


@pytest.mark.parametrize("value", [NUMBER, UNKNOWN, Thing("c", ClassSymbol("C"))])
def test_a_result_that_is_not_known_is_none(value: Value) -> None:
    with pytest.raises(UnknownError):
        solved(value)


def test_dotted_names_are_those_of_a_library() -> None:
    assert names_of_call(Opaque(path=("system", "convert")), "ToInt32") == ("system", "convert", "toint32")
    for subject in (UNKNOWN, ClassValue(ClassSymbol("C")), "a"):
        with pytest.raises(UnknownError):
            names_of_call(subject, "x")


def test_calls_go_so_deep_and_what_is_deeper_is_run() -> None:
    code = "Function f(n)\nf = 1\nIf n > 1 Then f = 1 + f(n - 1)\nEnd Function\n"
    assert seen(f"{code}SINK f({MAX_DEPTH})", "vbscript") == [MAX_DEPTH]
    assert seen(f"{code}SINK f({MAX_DEPTH + 4})", "vbscript") == [MAX_DEPTH + 4]
