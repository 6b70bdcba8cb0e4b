"""Static functions of .NET that join texts or change arrays."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.library_runs import TAINTED, Counting, Function, function, plain_of, value_of
from webshellhunt.analysis import library
from webshellhunt.analysis.domain.values import Text


@pytest.mark.parametrize(
    ("name", "arguments", "result"),
    [
        ("string.concat", ["a", 1, "b"], "a1b"),
        ("string.concat", [["a", "b"]], "ab"),
        ("string.concat", ["a", TAINTED], ["a", "<tainted>"]),
        ("string.join", ["-", ["a", "b"]], "a-b"),
        ("string.join", ["-", "a", TAINTED], ["a-", "<tainted>"]),
        ("string.join", ["-", ["a", "b", "c"], 1, 2], "b-c"),
        ("path.combine", ["a\\", TAINTED], ["a\\", "<tainted>"]),
        ("path.getfilename", [Text((TAINTED, "x\\b.txt"))], "b.txt"),
        ("path.getfilename", [TAINTED], "<unsolved>"),
        ("tuple.create", ["a", TAINTED], ["a", "<tainted>"]),
        ("task.fromresult", ["a"], "a"),
        ("task.run", [Function(lambda: "a")], "a"),
        ("enumerable.reverse", [["a", "b"]], ["b", "a"]),
    ],
)
def test_a_function_keeps_what_is_known(name: str, arguments: list[Any], result: Any) -> None:
    assert function(name, *arguments) == result


@pytest.mark.parametrize(
    ("name", "arguments", "items"),
    [
        ("array.reverse", [], [3, 2, 1]),
        ("array.reverse", [1, 2], [1, 3, 2]),
        ("array.sort", [], [1, 2, 3]),
        ("array.clear", [0, 2], [0, 0, 3]),
        ("array.resize", [4], [1, 2, 3, 0]),
        ("array.copy", [0, [8, 9], 0, 1], [1, 2, 3]),
    ],
)
def test_an_array_changes(name: str, arguments: list[Any], items: list[int]) -> None:
    machine, array = Counting(), value_of([1, 2, 3])
    library.call_function(machine, tuple(name.split(".")), [array, *map(value_of, arguments)], 1)

    assert plain_of(array) == items


def test_a_part_of_an_array_is_copied() -> None:
    machine, source, target = Counting(), value_of([1, 2, 3]), value_of([0, 0, 0, 0])
    library.call_function(machine, ("buffer", "blockcopy"), [source, 1, target, 2, 2], 1)

    assert plain_of(target) == [0, 0, 2, 3]


def test_bytes_go_from_one_encoding_to_another() -> None:
    machine = Counting()
    utf8, unicode = (library.constant_of(("encoding", name)) for name in ("utf8", "unicode"))

    assert plain_of(library.call_function(machine, ("encoding", "convert"), [utf8, unicode, b"a"], 1)) == [97, 0]
