"""What an expression carries, and what kind of object it makes."""

from __future__ import annotations

import pytest

from tests.builders.looking import look
from webshellhunt.analysis.flows import Trace
from webshellhunt.code import expressions as module
from webshellhunt.code.expressions import ExhaustedError

CARRIED = Trace("visitor", "somewhere", 0)


def test_a_name_carries_what_it_is_known_to_carry() -> None:
    expressions, size = look("a + b", "c#")
    assert expressions.trace(0, size, None) is None
    expressions.names.carry("b", CARRIED)
    assert expressions.trace(0, size, None) == CARRIED


def test_looks_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_LOOKS", 5)
    expressions, size = look("a + b + c", "c#")
    assert expressions.trace(0, size, None) is None
    with pytest.raises(ExhaustedError):
        expressions.trace(0, size, None)


def test_a_page_that_cleans_everything_does_not_look_for_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_LOOKS", 5)
    expressions, size = look("len(a, b, c, d, e, f)", "c#")
    with pytest.raises(ExhaustedError):
        expressions.trace(0, size, None)


def test_decoding_calls_are_told_from_the_inside_out() -> None:
    expressions, size = look('c.TransformFinalBlock(Convert.FromBase64String(Req·uest["k"]), 0, 9)', "c#")
    found = expressions.trace(0, size, None)
    assert found is not None
    assert found.steps == ("FromBase64String", "TransformFinalBlock")
