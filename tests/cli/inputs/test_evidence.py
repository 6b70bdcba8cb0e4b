"""The places of evidence that saved reports name; the system drive of another computer is not on this machine."""

from __future__ import annotations

import socket
import sys
from dataclasses import replace
from pathlib import Path

from tests.reports.cases import report
from webshellhunt.cli.inputs.evidence import iter_evidence
from webshellhunt.model.report import Host, Report

DRIVE = Path(sys.executable).anchor


def at(location: str, name: str | None) -> Report:
    return replace(report(location=location), host=Host(name=name))


def test_each_location_is_evidence(tmp_path: Path) -> None:
    assert list(iter_evidence([at(str(tmp_path), "OTHER"), at("x", None)])) == [str(tmp_path), "x"]


def test_a_system_drive_is_evidence_unless_it_is_that_of_another_computer() -> None:
    for name in (None, socket.gethostname().upper()):
        assert list(iter_evidence([at(DRIVE, name)])) == [DRIVE]
    assert list(iter_evidence([at(DRIVE, "OTHER")])) == []


def test_a_location_that_can_not_exist_is_kept() -> None:
    assert list(iter_evidence([at("a\0b", "OTHER")])) == ["a\0b"]
