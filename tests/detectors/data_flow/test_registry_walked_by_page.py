"""A recursive walk of the registry, as opposed to reads of a few keys."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings

STACK = "registry_walked_by_page/csharp-stack"


def test_the_evidence_is_the_list_of_subkeys() -> None:
    assert "GetSubKeyNames" in finding(STACK, "WSH1021").evidence[0].excerpt


@pytest.mark.parametrize(("old", "new"), [("Pop()", "Peek()"), ("GetSubKeyNames", "GetValueNames")])
def test_each_part_is_needed(old: str, new: str) -> None:
    assert findings(changed(STACK, (old, new)), "WSH1021") == []
