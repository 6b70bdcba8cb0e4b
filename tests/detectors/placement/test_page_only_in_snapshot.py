"""A page of a directory of setup that is in a snapshot only; updates and other sites are silent."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from webshellhunt.detectors.placement.page_only_in_snapshot import RULE, find
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.snapshot_states import FileState, SnapshotState, SnapshotStates

SEEN = (SnapshotState("vss1", datetime(2021, 3, 1, tzinfo=UTC), FileState.SAME),)
PAGE = SnapshotStates(r"C:\x.aspx", Role.OWA_AUTH, False, SEEN, FileState.ABSENT)


@pytest.mark.parametrize(("role", "severity"), [(Role.OWA_AUTH, Severity.HIGH), (Role.ECP, Severity.MEDIUM)])
def test_it_is_gone(role: Role, severity: Severity) -> None:
    (claim,) = find(PAGE._replace(role=role))
    assert (claim.rule, claim.severity) == (RULE, severity)
    assert claim.message == "the page is in the shadow copy of 2021-03-01T00:00:00Z, and was deleted since"


@pytest.mark.parametrize(("role", "severity"), [(Role.OWA_AUTH, Severity.MEDIUM), (Role.ECP, Severity.LOW)])
def test_it_is_gone_with_many_others(role: Role, severity: Severity) -> None:
    (claim,) = find(PAGE._replace(role=role, among_many=True))
    assert (claim.severity, claim.confidence) == (severity, Confidence.MEDIUM)


@pytest.mark.parametrize(
    "page",
    [
        PAGE._replace(now=FileState.OTHER),
        PAGE._replace(is_shipped=True),
        PAGE._replace(is_collection=True),
        PAGE._replace(role=Role.SITE),
    ],
)
def test_others(page: SnapshotStates) -> None:
    assert list(find(page)) == []
