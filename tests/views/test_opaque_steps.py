"""Opaque steps have one place in the file."""

from __future__ import annotations

from webshellhunt.model.findings import Span
from webshellhunt.views.opaque_steps import opaque


def test_all_of_an_opaque_step_comes_from_one_range() -> None:
    assert opaque(Span(3, 9), 0, 1) == opaque(Span(3, 9), 5, 6) == Span(3, 9)
