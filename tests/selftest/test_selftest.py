"""The self-test passes on a sound installation, and fails on one that detects nothing or everything."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reports.cases import finding
from webshellhunt.errors import SourceNotFoundError
from webshellhunt.host.walk.survey import Survey
from webshellhunt.model.limits import Job
from webshellhunt.model.verdict import Disposition, Examination, Subject, SubjectKind, Verdict
from webshellhunt.selftest import selftest
from webshellhunt.selftest.selftest import run_selftest

LANGUAGES = {"jscript-net", "csharp", "vb-net", "vbscript", "server-jscript"}


def test_an_installation_detects_each_language_and_spares_its_twin() -> None:
    results = run_selftest()
    assert [result for result in results if not result.ok] == []
    assert {result.name for result in results} >= LANGUAGES | {f"{name}-twin" for name in LANGUAGES}


@pytest.mark.parametrize("disposition", [Disposition.BENIGN, Disposition.MALICIOUS])
def test_an_installation_that_says_the_same_of_everything_fails(
    disposition: Disposition, monkeypatch: pytest.MonkeyPatch
) -> None:
    def judged_alike(data: bytes, *, path: str, job: Job | None = None) -> Verdict:
        return Verdict(Subject(SubjectKind.FILE, path, size_bytes=len(data)), disposition)

    def examined_alike(surveyed: Survey, job: Job) -> list[Examination]:
        is_found = disposition is Disposition.MALICIOUS
        return [Examination(Subject(SubjectKind.REGISTRATION, "x"), (finding(),) if is_found else ())]

    monkeypatch.setattr(selftest, "examine", judged_alike)
    monkeypatch.setattr(selftest, "examine_autostarts", examined_alike)
    failed = [result.name for result in run_selftest() if not result.ok]
    wrong = disposition is Disposition.MALICIOUS
    assert failed == [result.name for result in run_selftest() if result.name.endswith("-twin") is wrong]
    assert failed


def test_an_installation_without_pages_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "shipped_fixtures", lambda name: tmp_path)
    with pytest.raises(SourceNotFoundError, match="incomplete"):
        run_selftest()
