"""A hole while the server worked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from webshellhunt.detectors.access_log.hole_in_log import find
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.traffic import LogKind
from webshellhunt.views.log_holes import LogHole, Witness

FIRST = datetime(2021, 3, 3, tzinfo=UTC)
HOLE = LogHole(
    "W3SVC1",
    LogKind.IIS,
    FIRST,
    FIRST + timedelta(days=1),
    Witness("HttpProxy", 14_211, is_proof=True),
    ("u_ex210303.log",),
)


def test_the_hole_with_its_witness() -> None:
    (found,) = find(HOLE)
    assert (found.severity, found.confidence) == (Severity.MEDIUM, Confidence.HIGH)
    assert found.message == (
        "no request is logged from 2021-03-03 00:00 to 2021-03-04 00:00 UTC (24 hours), "
        "while HttpProxy has 14,211 rows; missing: u_ex210303.log"
    )


def test_a_log_without_rows_is_there() -> None:
    (found,) = find(HOLE._replace(missing=()))
    assert found.message.endswith("; logs of that time are there, without rows")


def test_another_log_proves_nothing() -> None:
    weak = HOLE._replace(witness=Witness("W3SVC2", 500))
    (found,) = find(weak)
    assert (found.severity, found.confidence) == (Severity.LOW, Confidence.LOW)
    (longer,) = find(weak._replace(end_utc=FIRST + timedelta(days=26)))
    assert longer.severity is Severity.INFO
    assert "(26.0 days)" in longer.message
