"""The end of a log before others."""

from __future__ import annotations

from datetime import UTC, datetime

from webshellhunt.detectors.access_log.log_ends_early import find
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.traffic import LogKind
from webshellhunt.views.log_holes import EarlyEnd, Witness

END = EarlyEnd("W3SVC1", LogKind.IIS, datetime(2021, 3, 3, 4, tzinfo=UTC), 7, Witness("HttpProxy", 900, is_proof=True))


def test_the_end_with_its_witness() -> None:
    (found,) = find(END)
    assert (found.severity, found.confidence) == (Severity.MEDIUM, Confidence.HIGH)
    assert found.message == (
        "its last request is of 2021-03-03, 7 days before the end of other logs; HttpProxy has 900 rows since"
    )


def test_another_log_proves_nothing() -> None:
    (found,) = find(END._replace(witness=Witness("W3SVC2", 900)))
    assert (found.severity, found.confidence) == (Severity.LOW, Confidence.LOW)
