"""``instanceof`` of JScript."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

MADE = "function A() { } function B() { } B.prototype = new A(); var x = new B();"


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ("x instanceof B", True),
        ("x instanceof A", True),
        ("new A() instanceof B", False),
        ('"a" instanceof A', False),
    ],
)
def test_instances(code: str, arrives: Any) -> None:
    assert seen(f"{MADE} SINK({code});", "jscript") == [arrives]
