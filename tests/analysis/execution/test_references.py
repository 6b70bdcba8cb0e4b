"""References of C#: another name of a variable, a field or an item."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ('string x = "a"; ref string r = ref x; r = "b"; SINK(x);', ["b"]),
        ('string x = "a"; ref string r = ref x; x = "b"; SINK(r);', ["b"]),
        ('string x = "a", y = "c"; ref string r = ref x; r = ref y; r = "b"; SINK(x); SINK(y);', ["a", "b"]),
        ('var a = new[] { "a", "c" }; ref string r = ref a[1]; r = "b"; SINK(a[0]); SINK(a[1]);', ["a", "b"]),
        ('string x = "a", y = "c"; ref string r = ref (true ? ref y : ref x); r = "b"; SINK(x); SINK(y);', ["a", "b"]),
        (
            "class Job { public string A; } void Page_Load(object s, EventArgs e)"
            ' { var j = new Job(); ref string r = ref j.A; r = "b"; SINK(j.A); }',
            ["b"],
        ),
        (
            'string[] all = { "a" }; ref string Get() { return ref all[0]; }'
            ' void Page_Load(object s, EventArgs e) { Get() = "b"; SINK(all[0]); SINK(Get()); }',
            ["b", "b"],
        ),
    ],
)
def test_references(code: str, arrives: list[Any]) -> None:
    assert seen(code, "c#") == arrives
