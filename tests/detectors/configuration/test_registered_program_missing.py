from __future__ import annotations

from webshellhunt.detectors.configuration.registered_program_missing import find
from webshellhunt.host.iis.registrations import NATIVE_MODULE, Registration
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence


def told(target: str, *, missing: bool) -> list[Finding]:
    return list(find(Registration(NATIVE_MODULE, "n", target, "now.config", None, 3, 7, "<add />", missing=missing)))


def test_a_program_that_is_not_there_is_told() -> None:
    (found,) = told(r"C:\Program Files\V\a.dll", missing=True)
    assert found.confidence is Confidence.MEDIUM
    assert found.message.endswith("and that file is missing")
    assert found.evidence[0].line == 3
    (odd,) = told(r"C:\ProgramData\a.dll", missing=True)
    assert odd.confidence is Confidence.HIGH


def test_one_that_is_there_is_not() -> None:
    assert told(r"C:\ProgramData\a.dll", missing=False) == []
