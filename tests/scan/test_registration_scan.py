"""Registrations are examined behind the same fence as files: what crashes costs itself alone, and is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from webshellhunt.detectors import detectors_on
from webshellhunt.detectors.contract import Detector
from webshellhunt.host.iis.registrations import Registration
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition, SubjectKind
from webshellhunt.pipeline import hunt
from webshellhunt.scan import registration_scan as registered
from webshellhunt.sources.described import open_described
from webshellhunt.sources.memory import MemorySource

HOST = Path(__file__).parents[2] / "fixtures" / "hosts" / "exchange2019-module.host"


def hunted() -> Report:
    with open_described(HOST).source() as source:
        return hunt(source)


def told(report: Report) -> list[str]:
    return [v.subject.path for v in report.verdicts if v.subject.kind is SubjectKind.REGISTRATION]


def test_a_rule_that_crashes_costs_itself_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(registration: Registration) -> Iterator[None]:
        raise RuntimeError("broken")

    sound = detectors_on(Registration)
    crashing = Detector(sound[0].rule, Registration, broken)  # type: ignore[arg-type]
    before = told(hunted())
    monkeypatch.setattr(registered, "detectors_on", lambda _: (crashing, *sound))
    report = hunted()
    assert told(report) == before != []
    assert any(gap.code == "examination-failed" and "broken" in gap.reason for gap in report.gaps)


def test_a_listing_that_crashes_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Iterator[Registration]:
        raise RuntimeError("broken")

    monkeypatch.setattr(registered, "iter_registrations", broken)
    report = hunted()
    assert told(report) == []
    assert [gap.path for gap in report.gaps if gap.code == "examination-failed"] == ["applicationHost.config"]


def test_programs_that_were_not_collected_are_one_gap_that_does_not_matter() -> None:
    (gap,) = (gap for gap in hunted().gaps if gap.code == "modules-not-collected")
    assert not gap.matters
    assert "were not collected" in gap.reason


def test_what_is_information_only_is_benign_and_takes_no_room_from_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    sites = "".join(
        f'<site name="s{n}"><application path="/"><virtualDirectory path="/" physicalPath="D:\\s{n}" /></application>'
        "</site>"
        for n in range(5)
    )
    modules = r'<globalModules><add name="UpData" image="C:\Windows\System32\system.dll" /></globalModules>'
    text = (
        f"<configuration><system.applicationHost><sites>{sites}</sites></system.applicationHost>"
        f"<system.webServer>{modules}</system.webServer></configuration>"
    )
    files = {
        "C/Windows/System32/inetsrv/config/applicationHost.config": text.encode(),
        "C/inetpub/history/CFGHISTORY_0000000001/applicationHost.config": b"<configuration />",
    }
    monkeypatch.setattr(registered, "MOST_REPORTED", 3)
    report = hunt(MemorySource(files))
    found = [v.disposition for v in report.verdicts if v.subject.kind is SubjectKind.REGISTRATION]
    assert found == [Disposition.SUSPICIOUS, *[Disposition.BENIGN] * 3]
