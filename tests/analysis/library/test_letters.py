"""Letters and their codes: a decoder goes from letters to numbers and back, and keeps the taint."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

ALPHABET = "abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        ("vbscript", "SINK Asc(VISITOR)", "<number>"),
        ("vbscript", "SINK Chr(Asc(VISITOR))", "<tainted>"),
        ("vbscript", "SINK Chr(Asc(VISITOR) + 1)", "<tainted>"),
        ("vbscript", "SINK Chr(65)", "A"),
        ("jscript", "SINK(String.fromCharCode(VISITOR.charCodeAt(0) - 1));", "<tainted>"),
        ("c#", "SINK((char)(VISITOR[0] + 1));", "<tainted>"),
        ("jscript", f"SINK('{ALPHABET}'.indexOf(VISITOR));", "<number>"),
        ("jscript", f"SINK('{ALPHABET}'.charAt('{ALPHABET}'.indexOf(VISITOR)));", "<tainted>"),
        ("jscript", f"SINK('{ALPHABET}'.charAt(VISITOR.indexOf('a')));", "<"),
        ("jscript", "SINK('abc'.charAt('abc'.indexOf(VISITOR)));", "<"),
        ("jscript", f"var t = '{ALPHABET}'.split(''); SINK(t['{ALPHABET}'.indexOf(VISITOR)]);", "<tainted>"),
        ("jscript", "var t = { a: '1', b: '2' }; SINK(t[VISITOR] || '3');", "1"),
        ("vbscript", f'SINK Mid("{ALPHABET}", InStr("{ALPHABET}", VISITOR), 1)', "<tainted>"),
        ("c#", f'var t = "{ALPHABET}"; SINK(t[t.IndexOf(VISITOR)].ToString());', "<tainted>"),
    ],
)
def test_letters(language: str, code: str, arrives: str) -> None:
    (value,) = seen(code, language)
    assert _is(value, arrives), value


def _is(value: Any, wanted: str) -> bool:
    return wanted in str(value) and ("<tainted>" in wanted or "<tainted>" not in str(value))
