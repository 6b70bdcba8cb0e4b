"""``JSON`` over values of which parts are not known."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

TEXT = 'JSON.stringify({ a: VISITOR, b: [1, "c"], d: "e" + VISITOR })'


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        (f"JSON.parse({TEXT}).a", "<tainted>"),
        (f"JSON.parse({TEXT}).b[1]", "c"),
        ('JSON.parse(\'{"a": {"b": 2}}\').a.b', 2),
        ("JSON.parse(VISITOR).a", "<tainted>"),
        ("JSON.stringify({ a: 1 })", '{"a":1}'),
    ],
)
def test_json(code: str, arrives: Any) -> None:
    assert seen(f"SINK({code});", "jscript") == [arrives]
