"""Names of code that gets something of a visitor."""

from __future__ import annotations

from webshellhunt.analysis.prefilter.visited import VISITED
from webshellhunt.analysis.vocabulary import vocabulary


def test_names_are_in_lower_case() -> None:
    assert all(name == name.lower() for name in VISITED)


def test_the_request_and_its_owners_by_type_are_among_them() -> None:
    assert "request" in VISITED
    assert {name for name in vocabulary().request_owners if name.startswith("http")} <= VISITED
