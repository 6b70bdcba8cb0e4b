"""String builders: their text is known as far as what was added to them is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.library_runs import TAINTED, Counting, plain_of, value_of
from webshellhunt.analysis import library
from webshellhunt.analysis.domain.values import Char
from webshellhunt.analysis.library.dotnet.builders import builder_of, text_in


def run(calls: list[tuple[Any, ...]], start: str = "") -> Any:
    """Return the text of a builder after some calls."""
    machine = Counting()
    thing = library.make(machine, "stringbuilder", [start], 0)
    for name, *arguments in calls:
        library.call_method(machine, thing, name, [value_of(each) for each in arguments], 1)
    return plain_of(library.call_method(machine, thing, "tostring", [], 1))


@pytest.mark.parametrize(
    ("calls", "text"),
    [
        ([("append", "b"), ("append", 1)], "ab1"),
        ([("append", Char("x"), 3)], "axxx"),
        ([("append", "abcdef", 1, 2)], "abc"),
        ([("append", ["x", "y"])], "axy"),
        ([("appendline", "b")], "ab\r\n"),
        ([("appendformat", "{0}-{1}", 1, 2)], "a1-2"),
        ([("append", TAINTED), ("append", "c")], ["a", "<tainted>", "c"]),
        ([("append", "bcd"), ("remove", 1, 2)], "ad"),
        ([("append", "b"), ("insert", 0, "-")], "-ab"),
        ([("append", "b"), ("replace", "a", "c")], "cb"),
        ([("append", "b"), ("clear",)], ""),
        ([("appendformat", TAINTED, 1)], ["a", "<tainted>"]),
    ],
)
def test_the_text_is_what_was_added(calls: list[tuple[Any, ...]], text: Any) -> None:
    assert run(calls, "a") == text


def test_the_length_is_read_and_assigned() -> None:
    machine, thing = Counting(), builder_of("abc")

    assert library.read_property(machine, thing, "length") == 3
    assert library.write_property(machine, thing, "length", 1)
    assert text_in(thing) == "a"
    assert not library.write_property(machine, "abc", "length", 1)


def test_a_call_on_one_of_two_builders_is_only_possible() -> None:
    from webshellhunt.analysis.domain.joining import choice

    machine, one, other = Counting(), builder_of("a"), builder_of("b")
    library.call_method(machine, choice([one, other]), "append", ["c"], 1)

    assert plain_of(text_in(one)) == {"a", "ac"}
