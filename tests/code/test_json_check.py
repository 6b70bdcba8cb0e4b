"""A text that was proved to be JSON, by those expressions alone that prove it."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse, roads

_CHECKED = (
    r"""t = Req·uest("k"); if (/^[\],:{}\s]*$/.test(t.replace(/\\(?:["\\\/bfnrt]|u[0-9a-fA-F]{4})/g, '@')"""
    r""".replace(/"[^"\\\n\r]*"|true|false|null|-?\d+(?:\.\d*)?(?:[eE][+\-]?\d+)?/g, ']')"""
    r""".replace(/(?:^|:|,)(?:\s*\[)+/g, ''))) { j = ev·al('(' + t + ')'); }"""
)


@pytest.mark.parametrize("start", ["", "Date.prototype.toJSON = function (key) { return this.valueOf(); };"])
def test_checked_data_is_no_code(start: str) -> None:
    assert roads(analyse(start + _CHECKED, "jscript")) == []


@pytest.mark.parametrize(
    ("proof", "other"),
    [
        ("/^[\\],:{}\\s]*$/", "/^[\\],:{}\\s]*/"),
        (r"[^\"\\\n\r]*".replace('\\"', '"', 1), ".*"),
        ("'@'", "'x'"),
        ("(?:\\s*\\[)+", ".+"),
        (".test(t.", ".test(u."),
        ("'(' + t", "'(' + u"),
        ("{ j = ev", "{ } j = ev"),
        ("+ ')'", "+ ')' + t"),
        ("if (/", "if (!/"),
        ("if (/", "if (true || /"),
        ("t = Req", "String.prototype.replace = f; t = Req"),
        ("t = Req", "String.prototype['re' + 'place'] = f; t = Req"),
        ("t = Req", "p = String.prototype; t = Req"),
    ],
)
def test_whatever_differs_proves_nothing(proof: str, other: str) -> None:
    assert proof in _CHECKED
    changed = 'u = Req·uest("k"); ' + _CHECKED.replace(proof, other, 1)
    assert roads(analyse(changed, "jscript")) == [("evaluate", "visitor", "k")]


@pytest.mark.parametrize("code", ["ev·al('(' + t + ')')", "t = 1; ev·al('(' + t)", "ev·al(("])
def test_a_code_that_begins_with_it_is_looked_at(code: str) -> None:
    assert [kind for kind, origin, _ in roads(analyse(code, "jscript")) if origin == "visitor"] == []
