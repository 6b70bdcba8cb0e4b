"""Data that may be a program, or is one."""

from __future__ import annotations

import base64
import gzip
import zlib

import pytest

from webshellhunt.analysis.constants import Constant, Constants
from webshellhunt.analysis.structure.given_texts import GivenTexts
from webshellhunt.analysis.structure.own_bytes import find_bytes, is_program_text, loads_by_name
from webshellhunt.lang.tokens import STRING
from webshellhunt.lang.unit import build_unit

PROGRAM = b"MZ" + bytes(range(256)) * 4


def deflated(raw: bytes) -> bytes:
    return zlib.compress(raw)[2:-4]


@pytest.mark.parametrize("raw", [PROGRAM, gzip.compress(PROGRAM), deflated(PROGRAM)])
def test_a_program_in_base64(raw: bytes) -> None:
    assert is_program_text(base64.b64encode(raw).decode())


@pytest.mark.parametrize("text", [PROGRAM.hex(), "0x" + ",0x".join(f"{byte:02x}" for byte in PROGRAM)])
def test_a_program_in_hexadecimal(text: str) -> None:
    assert is_program_text(text)


@pytest.mark.parametrize("text", ["", "MZ", "no base64!", base64.b64encode(b"PK" + bytes(900)).decode()])
def test_other_data(text: str) -> None:
    assert not is_program_text(text)


def test_a_long_text_is_read_only_at_its_start() -> None:
    assert is_program_text(base64.b64encode(PROGRAM + bytes(5_000_000)).decode())


def given_of(code: str) -> tuple[GivenTexts, list[str]]:
    unit = build_unit(code, "c#", [(0, len(code))])
    values = unit.tokens.values
    texts = (Constant(values[at], at, at + 1) for at in unit.tokens.of_kind(STRING))
    return GivenTexts(unit.index, Constants(texts)), values


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('x.load("some.dll");', True),
        ('x.load("Some.Name");', True),
        ('x.load(n); foreach (var n in new[] { "Some.Name" }) { }', True),
        ('x.load("a" + b);', False),
        ("x.load(b);", False),
    ],
)
def test_a_load_by_name(code: str, expected: bool) -> None:
    given, values = given_of(code)
    assert loads_by_name(given, values.index("load")) is expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f'x.load(f("{PROGRAM.hex()}"));', PROGRAM.hex()),
        (f'x.load(b); var c = "{PROGRAM.hex()}";', PROGRAM.hex()),
        (f"x.load(b); byte[] c = {{ {', '.join(map(str, range(100)))} }};", "0"),
        (f"x.load(b); byte[] c = {{ {', '.join(map(str, range(10)))} }};", None),
        ('x.load(b); var c = "some words";', None),
    ],
)
def test_bytes_that_a_load_may_get(code: str, expected: str | None) -> None:
    given, values = given_of(code)
    found = find_bytes(given, [values.index("load")])
    assert (None if found is None else values[found[0]]) == expected
    assert find_bytes(given, []) is None
