"""Values as the types that functions need."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.library_runs import TAINTED, Function, value_of
from webshellhunt.analysis.domain.texts import MAX_TEXT
from webshellhunt.analysis.domain.values import UNKNOWN, Char, Opaque, Thing
from webshellhunt.analysis.library import arguments
from webshellhunt.analysis.library.arguments import UnsolvedError


@pytest.mark.parametrize(
    ("name", "value", "result"),
    [
        ("text_of", 1, "1"),
        ("text_of", None, ""),
        ("number_of", "1.5", 1.5),
        ("integer_of", 2.5, 2),
        ("whole_of", -2.5, -2),
        ("items_of", value_of(["a"]), ["a"]),
        ("items_of", b"a", [97]),
        ("bytes_of", value_of([256, 65]), b"\0A"),
        ("bytes_of", bytearray(b"a"), b"a"),
        ("character_of", 65, "A"),
        ("character_of", Char("x"), "x"),
        ("character_of", 0xD800, "\ufffd"),
        ("character_of", -27, "\uffe5"),
        ("flat_text_of", value_of(["a", "b"]), "ab"),
        ("known", None, None),
    ],
)
def test_a_value_is_returned_as_a_type(name: str, value: Any, result: Any) -> None:
    assert getattr(arguments, name)(value) == result


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text_of", TAINTED),
        ("text_of", b"a"),
        ("number_of", "x"),
        ("integer_of", UNKNOWN),
        ("whole_of", 1e300),
        ("items_of", "a"),
        ("bytes_of", value_of(["x"])),
        ("known", TAINTED),
        ("bounded", "a" * (MAX_TEXT + 1)),
    ],
)
def test_a_value_of_another_type_is_refused(name: str, value: Any) -> None:
    with pytest.raises(UnsolvedError):
        getattr(arguments, name)(value)


def test_an_option_is_the_last_name() -> None:
    assert arguments.option_of(Opaque("x", ("stringcomparison", "ordinal"))) == "ordinal"
    assert arguments.option_of("a") == ""


def test_a_part_is_a_text_or_unknown() -> None:
    assert arguments.part_of(True, "jscript") == "true"
    assert arguments.part_of(TAINTED) is TAINTED
    assert arguments.part_of(Thing("array")) == UNKNOWN


def test_functions_may_be_called() -> None:
    assert arguments.is_function(Function(str))
    assert not arguments.is_function(TAINTED)
    assert not arguments.is_function(None)


def test_the_work_of_reading_a_value() -> None:
    assert arguments.size_of(value_of([1, 2])) == 3
    assert arguments.size_of("a" * 640) == 10
    assert arguments.size_of(1) == 0
