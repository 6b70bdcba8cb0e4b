"""Numbers of Visual Basic."""

from __future__ import annotations

import pytest

from webshellhunt.lang.visual_basic.numbers import number_of


@pytest.mark.parametrize(
    ("text", "of_script", "of_net"),
    [
        ("17", 17, 17),
        ("1.5", 1.5, 1.5),
        ("1e3", 1000.0, 1000.0),
        (".5", 0.5, 0.5),
        ("&H41", 65, 65),
        ("&HFFFF", -1, 65535),
        ("&HFFFF&", 65535, 65535),
        ("&HFFFFFFFF", -1, -1),
        ("&H8000", -32768, 32768),
        ("&o17", 15, 15),
        ("&17", 15, 15),
        ("1_000", 1000, 1000),
        ("5L", 5, 5),
        ("5D", 5.0, 5.0),
        ("5x", "5x", "5x"),
    ],
)
def test_values(text: str, of_script: object, of_net: object) -> None:
    assert number_of(text, is_script=True) == of_script
    assert number_of(text, is_script=False) == of_net


def test_a_number_too_long_for_python_is_its_text() -> None:
    assert number_of("9" * 5000, is_script=True) == "9" * 5000
