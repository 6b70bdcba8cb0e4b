"""Functions of JScript, with known arguments."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.library_runs import TAINTED, function
from webshellhunt.analysis.domain.values import EMPTY

run = partial(function, language="jscript")
CASES: list[tuple[str, list[Any], Any]] = [
    ("parseint", ["12px"], 12),
    ("parseint", ["ff", 16], 255),
    ("parseint", ["0x1F"], 31),
    ("parseint", ["-7"], -7),
    ("parseint", ["x"], "nan"),
    ("parsefloat", ["x"], "nan"),
    ("number", ["x"], "nan"),
    ("number", [EMPTY], "nan"),
    ("isnan", ["12px"], True),
    ("isnan", [""], False),
    ("parseint", [TAINTED], "<number>"),
    ("parsefloat", ["1.5x"], 1.5),
    ("number", ["12"], 12),
    ("string", [12], "12"),
    ("boolean", [""], False),
    ("isnan", ["x"], True),
    ("isnan", [TAINTED], "<boolean>"),
    ("unescape", ["%41%u4f60"], "A\u4f60"),
    ("escape", ["a b"], "a%20b"),
    ("decodeuricomponent", ["%E4%BD%A0"], "\u4f60"),
    ("encodeuricomponent", ["a b&"], "a%20b%26"),
    ("encodeuri", ["a b&"], "a%20b&"),
    ("atob", ["QUI="], "AB"),
    ("btoa", ["AB"], "QUI="),
    ("string.fromcharcode", [65, 66], "AB"),
    ("string.fromcharcode", [0xD83D, 0xDE00], "\U0001f600"),
    ("string.fromcharcode.apply", [None, [65, 66]], "AB"),
    ("string.fromcharcode.call", [None, 65], "A"),
    ("string.fromcharcode", [TAINTED], "<tainted>"),
    ("math.floor", [1.7], 1),
    ("math.round", [2.5], 3),
    ("math.max", [1, 5, 2], 5),
    ("math.pow", [2, 3], 8),
    ("system.convert.frombase64string", ["QUI="], [65, 66]),
]


@pytest.mark.parametrize(("name", "arguments", "result"), CASES)
def test_a_function_returns_what_it_does_at_run_time(name: str, arguments: list[Any], result: Any) -> None:
    assert run(name, *arguments) == result


@given(st.text(max_size=20).filter(lambda s: not any("\ud800" <= c <= "\udfff" or ord(c) > 0xFFFF for c in s)))
def test_escapes_are_undone(text: str) -> None:
    assert run("unescape", run("escape", text)) == text
    assert run("decodeuricomponent", run("encodeuricomponent", text)) == text


@given(st.integers(-(1 << 40), 1 << 40))
def test_a_number_is_read_as_it_is_written(number: int) -> None:
    assert run("parseint", str(number)) == number
