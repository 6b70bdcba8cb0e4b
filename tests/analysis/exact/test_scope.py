"""Scopes of exact evaluations: what the run has is read once, and changed in the end only."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.domain.arrays import array_of, known_items
from webshellhunt.analysis.domain.values import ABSENT, EMPTY, NUMBER, REST, UNKNOWN, Thing
from webshellhunt.analysis.exact.scope import Around, Evaluation, UnknownError
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.observer import Observer
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.symbols import ClassSymbol, PageSymbols


def evaluation(**fields: object) -> Evaluation:
    machine = Machine(PageSymbols("vbscript", ClassSymbol("", "page")), Surroundings(), Observer())
    machine.page.fields.update(fields)
    return Evaluation(machine, 1_000, {})


def test_a_variable_of_the_page_is_read_and_written_in_the_end() -> None:
    made = evaluation(x="a")
    assert made.page["x"] == "a"
    made.page.write("x", "b")
    made.page.write("y", 1)
    assert made.machine.page.fields == {"x": "a"}
    made.finish()
    assert made.machine.page.fields == {"x": "b", "y": 1}


def test_an_array_is_changed_in_the_end() -> None:
    array = array_of([1, 2])
    made = evaluation(x=array)
    made.page["x"].fields[0] = 5
    del made.page["x"].fields[1]
    assert known_items(array) == [1, 2]
    made.finish()
    assert known_items(array) == [5, EMPTY]


def test_an_array_has_one_copy_which_is_the_array_again_in_the_end() -> None:
    array = array_of([1, 2])
    made = evaluation(x=array, y=array)
    assert made.page["x"] is made.page["y"]
    assert made.outer(made.page["x"]) is array
    outer = array_of([made.page["x"]])
    assert known_items(made.outer(outer)) == [array]


@pytest.mark.parametrize(
    "value",
    [UNKNOWN, NUMBER, ABSENT, array_of([NUMBER]), array_of([array_of([1])]), Thing("list", fields={REST: "a"}),
     Thing("c", ClassSymbol("C"))],
)  # fmt: skip
def test_what_is_not_known_is_no_value(value: object) -> None:
    made = evaluation()
    with pytest.raises(UnknownError):
        made.own(value)


def test_work_is_counted() -> None:
    made = evaluation()
    with pytest.raises(UnknownError):
        made.use(1_001)
    with pytest.raises(UnknownError):
        evaluation().spend(100)
    with pytest.raises(UnknownError):
        evaluation().own(array_of([0] * 10_000))


def test_a_variable_around_a_loop_that_is_not_known_may_be_written() -> None:
    made = evaluation()
    around = Around(made, is_page=False)
    around.write("x", 1)
    assert [*around.changed()] == [("x", 1)]


def test_a_name_that_nothing_was_assigned_to_is_empty() -> None:
    made = evaluation()
    assert made.is_empty("x")
    assert not made.is_empty("request")


def test_a_library_calls_no_function_of_the_page() -> None:
    with pytest.raises(UnknownError):
        evaluation().call(UNKNOWN, [], 0)
