"""Holes with their witness."""

from __future__ import annotations

from datetime import UTC, datetime

from webshellhunt.model.traffic import LogKind
from webshellhunt.views.log_holes import LogHole, Witness


def test_the_length_of_a_hole() -> None:
    first, end = datetime(2021, 3, 3, 4, tzinfo=UTC), datetime(2021, 3, 4, 6, tzinfo=UTC)
    assert LogHole("x", LogKind.IIS, first, end, Witness("HttpProxy", 5)).hours == 26
