"""Beside: what units of one page in two languages hand to each other."""

from __future__ import annotations

from webshellhunt.analysis.flows import Trace
from webshellhunt.code.beside import calls_across, hand_over, may_call_across
from webshellhunt.code.cutting import build_unit

SCRIPT = "function Show(text) { return text }"


def test_a_function_is_found_whatever_its_case() -> None:
    units = [build_unit(code, language, [(0, len(code))]) for code, language in ((SCRIPT, "jscript"), ("SHOW 1", "vb"))]
    lends, calls = calls_across(units)
    assert not lends.functions
    assert calls.functions["show"].parameters == ("text",)


def test_nothing_is_called() -> None:
    units = [build_unit(code, language, [(0, len(code))]) for code, language in ((SCRIPT, "jscript"), ("a 1", "vb"))]
    assert calls_across(units) == []


def test_what_is_handed_over() -> None:
    units = [build_unit(code, language, [(0, len(code))]) for code, language in ((SCRIPT, "jscript"), ("show 1", "vb"))]
    besides = calls_across(units)
    trace = Trace("visitor", "request", 7)
    assert not hand_over(besides, [({}, {}), ({}, {})])
    assert hand_over(besides, [({"Show\0text": trace}, {}), ({}, {"Show": trace})])
    assert besides[0].given["Show\0text"].token == -1
    assert besides[1].returned["show"].kind == "visitor"
    assert not besides[0].returned


def test_one_look_tells_whether_any_code_may_call_another() -> None:
    assert may_call_across([SCRIPT, "SHOW 1"])
    assert may_call_across(["show(1)", "Sub Show(x)"])
    assert not may_call_across([SCRIPT, "shown 1"])
    assert not may_call_across([SCRIPT + ";Show(1)", "a"])
