"""What functions assign to an argument by reference."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.library_runs import TAINTED, Counting, plain_of, value_of
from webshellhunt.analysis import library
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.values import Thing, Value

ENTRIES = Thing("dictionary", fields={"a": 1, "b": TAINTED})


@pytest.mark.parametrize(
    ("subject", "names", "arguments", "result"),
    [
        (None, ("int", "tryparse"), ["12", None], 12),
        (None, ("int", "tryparse"), ["x", None], 0),
        (None, ("system", "int32", "tryparse"), [TAINTED, None], "<number>"),
        (None, ("bool", "tryparse"), [TAINTED, None], "<boolean>"),
        (None, ("datetime", "tryparse"), [TAINTED, None], "<number>"),
        (None, ("uri", "trycreate"), [TAINTED, None], "<unsolved>"),
        (ENTRIES, ("trygetvalue",), ["a", None], 1),
        (ENTRIES, ("trygetvalue",), ["b", None], "<tainted>"),
        (ENTRIES, ("trygetvalue",), ["c", None], None),
        (choice([ENTRIES, Thing("dictionary", fields={"a": 2})]), ("trygetvalue",), ["a", None], {"1", "2"}),
        (TAINTED, ("trygetvalue",), ["a", None], "<unsolved>"),
    ],
)
def test_an_argument_becomes_what_the_function_assigns(
    subject: Value, names: tuple[str, ...], arguments: list[Value], result: Any
) -> None:
    assert plain_of(library.out_value(Counting(), subject, names, arguments)) == result


def test_an_item_is_taken_out() -> None:
    machine = Counting()
    queue = library.make(machine, "concurrentqueue", [value_of(["a", "b"])], 0)

    assert library.out_value(machine, queue, ("trydequeue",), [None]) == "a"
    assert plain_of(queue) == ["b"]
