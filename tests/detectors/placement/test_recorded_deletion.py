"""A page that is gone: its weight depends on the directory, on what Exchange ships, and on what else went then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from webshellhunt.detectors.placement.recorded_deletion import RULE, find
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.recorded_file import RecordedFile

WHEN = datetime(2021, 3, 3, 4, 5, 6, tzinfo=UTC)
GONE = RecordedFile(
    r"C:\x.aspx", Role.OWA_AUTH, created_utc=WHEN, deleted_utc=WHEN + timedelta(minutes=5), is_gone=True
)


def test_in_a_directory_in_which_only_setup_has_pages() -> None:
    (claim,) = find(GONE)
    assert (claim.rule, claim.severity, claim.confidence) == (RULE, Severity.HIGH, Confidence.HIGH)
    assert claim.facts["recorded_deleted"] == "2021-03-03T04:10:06Z"


@pytest.mark.parametrize(
    ("page", "severity"),
    [
        (GONE._replace(among_many=True), Severity.HIGH),
        (GONE._replace(is_of_setup=True), Severity.MEDIUM),
        (GONE._replace(role=Role.ECP), Severity.MEDIUM),
        (GONE._replace(role=Role.ECP, among_many=True), Severity.LOW),
        (GONE._replace(role=Role.SITE), Severity.LOW),
        (GONE._replace(role=Role.SITE, among_many=True), None),
        (GONE._replace(role=Role.SITE, deleted_utc=WHEN + timedelta(days=9)), None),
        (GONE._replace(role=Role.WWWROOT, created_utc=None), None),
        (GONE._replace(is_shipped=True), None),
        (GONE._replace(is_gone=False), None),
    ],
)
def test_weight(page: RecordedFile, severity: Severity | None) -> None:
    assert [each.severity for each in find(page)] == ([] if severity is None else [severity])
