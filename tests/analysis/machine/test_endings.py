"""Endings: the jumps that a target takes."""

from __future__ import annotations

from webshellhunt.analysis.machine.endings import Target


def test_a_label_is_that_of_its_target() -> None:
    target = Target(frozenset({"break"}), "outer")
    assert target.takes("break", "")
    assert target.takes("break", "outer")
    assert not target.takes("break", "inner")
    assert not target.takes("continue", "outer")
