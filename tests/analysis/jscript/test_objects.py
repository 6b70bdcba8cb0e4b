"""Objects of JScript as texts and numbers, and what operators say of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ('SINK("" + ["a", "b"]);', ["a,b"]),
        ('SINK("" + {});', ["[object Object]"]),
        ('SINK("" + { toString: function () { return "1"; } });', ["1"]),
        ("SINK(1 + { valueOf: function () { return 2; } });", [3]),
        ('SINK("" + { toString: function () { return VISITOR; } });', ["<tainted>"]),
        ("SINK(typeof (function () { }));", ["function"]),
        ('SINK(typeof "a");', ["string"]),
        ("SINK(typeof 1);", ["number"]),
        ("SINK(typeof {});", ["object"]),
        ('SINK(+"12");', [12]),
        ("SINK(+VISITOR);", ["<number>"]),
        ('var o = { a: VISITOR }; delete o.a; o.a = "1"; SINK(o.a);', ["1"]),
        ('/(\\d)(.)/.exec("1a"); SINK(RegExp.$2);', ["a"]),
    ],
)
def test_objects(code: str, arrives: list[Any]) -> None:
    assert [_flat(each) for each in seen(code, "jscript")] == arrives


def _flat(value: Any) -> Any:
    return "<tainted>" if "<tainted>" in str(value) else value
