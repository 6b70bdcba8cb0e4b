"""A missing number."""

from __future__ import annotations

from webshellhunt.detectors.access_log.log_number_missing import find
from webshellhunt.logs.log_names import MissingNumbers
from webshellhunt.model.rules import Severity
from webshellhunt.model.traffic import LogKind


def test_the_missing_names() -> None:
    (found,) = find(MissingNumbers("C:\\HTTPERR", LogKind.HTTP_ERR, ("httperr3.log",), 6))
    assert found.severity is Severity.LOW
    assert found.message == "missing among 6 logs of the folder: httperr3.log"
