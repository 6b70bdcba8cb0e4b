"""Functions that are computed."""

from __future__ import annotations

import base64
import zlib

import pytest

from webshellhunt.php.folding import binary, fold, inverted
from webshellhunt.php.values import UNKNOWN, Value, known, of_items, visitor


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("base64_decode", ["YWJj"], "abc"),
        ("base64_decode", ["Y W\nJj="], "abc"),
        ("gzinflate", [zlib.compress(b"abc")[2:-4].decode("latin-1")], "abc"),
        ("gzuncompress", [zlib.compress(b"abc").decode("latin-1")], "abc"),
        ("str_rot13", ["nop"], "abc"),
        ("strrev", ["cba"], "abc"),
        ("pack", ["H*", "616263"], "abc"),
        ("hex2bin", ["616263"], "abc"),
        ("urldecode", ["%61+c"], "a c"),
        ("chr", ["353"], "a"),
        ("substr", ["xabcx", "1", "3"], "abc"),
        ("substr", ["xabc", "-3"], "abc"),
        ("substr", ["abcxx", "0", "-2"], "abc"),
        ("strtr", ["axc", "x", "b"], "abc"),
        ("str_replace", ["-", "", "a-b-c"], "abc"),
        ("sprintf", ["%s%s", "ab", "c"], "abc"),
        ("convert_uudecode", ["#86)C\n`\n"], "abc"),
    ],
)
def test_known_arguments(name: str, arguments: list[str], expected: str) -> None:
    assert fold(name, [known(each) for each in arguments]).text == expected


@pytest.mark.parametrize(
    ("name", "argument"), [("gzinflate", "\x07abc"), ("hex2bin", "x"), ("chr", "x"), ("substr", "a")]
)
def test_wrong_arguments_are_unknown(name: str, argument: str) -> None:
    assert fold(name, [known(argument)]).text is None


def test_arrays() -> None:
    parts = of_items([known("a"), known("b")])
    assert fold("implode", [known("-"), parts]).text == "a-b"
    assert fold("explode", [known("-"), known("a-b")]).items["1"].text == "b"
    assert fold("implode", [known(""), fold("array_reverse", [parts])]).text == "ba"


def test_a_request_value_passes_through_some_functions() -> None:
    assert fold("trim", [visitor(3)]).source == 3
    assert fold("intval", [visitor(3)]) is UNKNOWN
    assert fold("sprintf", [known("a%s"), visitor(3)]).leads is False


@pytest.mark.parametrize(
    ("operator", "left", "right", "expected"),
    [
        ("^", "a", "\x01", "`"),
        ("|", "a", "\x02", "c"),
        ("&", "c", "a", "a"),
        ("+", "2", "3", "5"),
        ("/", "6", "0", None),
    ],
)
def test_operators(operator: str, left: str, right: str, expected: str | None) -> None:
    assert binary(operator, known(left), known(right)).text == expected


def test_bits_of_a_text() -> None:
    assert inverted(known("\x9e")).text == "a"
    assert inverted(Value(source=1)).source == 1


def test_a_bomb_is_cut() -> None:
    bomb = base64.b64encode(zlib.compress(bytes(50_000_000))).decode()
    opened = fold("gzuncompress", [fold("base64_decode", [known(bomb)])])
    assert len(opened.text or "") <= 4 * 1024 * 1024
    assert len(fold("str_repeat", [known("a" * 1000), known("999999999")]).text or "") <= 4 * 1024 * 1024
