"""Which codes of one page may call each other's functions."""

from __future__ import annotations

from webshellhunt.analysis.prefilter import may_call_across

SCRIPT = "function Show(text) { return text }"


def test_one_look_tells_whether_any_code_may_call_another() -> None:
    assert may_call_across([SCRIPT, "SHOW 1"])
    assert may_call_across(["show(1)", "Sub Show(x)"])
    assert not may_call_across([SCRIPT, "shown 1"])
    assert not may_call_across([SCRIPT + ";Show(1)", "a"])
