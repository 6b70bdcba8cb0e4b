"""The arguments of a call at a sink."""

from __future__ import annotations

import pytest

from tests.builders.inert import unit_of
from webshellhunt.analysis.vocabulary import Sink
from webshellhunt.code.calls import Calls
from webshellhunt.code.sink_arguments import arguments_at, counting, is_idle

OPENED = Sink("write-path", ("opentextfile",), anywhere=True, argument=0, mode=1, idle=frozenset({"1", "forreading"}))


def arguments(code: str, language: str = "vbscript") -> tuple[Calls, list[tuple[int, int]]]:
    unit = unit_of(code, language)
    calls = Calls(unit)
    last = next(at for at in range(len(unit.tokens)) if calls.lower[at] == "opentextfile")
    return calls, arguments_at(calls, last, 0, (0, len(unit.tokens)))


@pytest.mark.parametrize(
    ("code", "idle"),
    [
        ("f.OpenTextFile(a)", True),
        ("f.OpenTextFile(a, 1)", True),
        ("f.OpenTextFile(a, ForReading)", True),
        ("f.OpenTextFile(a, 2)", False),
        ("f.OpenTextFile(a, b + 1)", False),
    ],
)
def test_a_call_is_idle_that_opens_a_file_to_be_read(code: str, idle: bool) -> None:
    assert is_idle(*_swapped(*arguments(code))) == idle


def _swapped(calls: Calls, ranges: list[tuple[int, int]]) -> tuple[Calls, Sink, list[tuple[int, int]]]:
    return calls, OPENED, ranges


def test_a_sink_without_a_mode_is_never_idle() -> None:
    calls, ranges = arguments("f.OpenTextFile(a)")
    assert not is_idle(calls, OPENED._replace(mode=None), ranges)


def test_a_call_that_the_end_cuts_off_keeps_its_arguments() -> None:
    assert len(arguments("f.OpenTextFile(a, b")[1]) == 2


def test_only_the_argument_of_the_sink_counts() -> None:
    _, ranges = arguments("f.OpenTextFile(a, b)")
    assert counting(OPENED, ranges) == ranges[:1]
    assert counting(OPENED._replace(argument=None), ranges) == ranges
