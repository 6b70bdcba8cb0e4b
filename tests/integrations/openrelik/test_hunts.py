"""The hunts of an OpenRelik task: settings of a form, and locations that fail."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("openrelik_worker_common", reason="the packages of the OpenRelik worker are not installed")

import webshellhunt as wsh
from integrations.openrelik.src import hunts
from integrations.openrelik.src.hunts import Settings, hunt_all
from integrations.openrelik.src.inputs import Kind, Located
from tests.integrations.openrelik.cases import SHELL
from tests.pivot.cases import demo_report
from webshellhunt.errors import MissingDependencyError, UnexpectedError


def _lost(path: Path) -> Located:
    return Located(
        Kind.LOST, str(path), path.name, str(path), {str(path): {"path": str(path), "display_name": path.name}}
    )


def _ignore(*_: object) -> None:
    pass


@pytest.mark.parametrize(
    ("form", "settings"),
    [
        (None, Settings()),
        ({}, Settings()),
        ({"all": False, "password": "", "signatures": " \n"}, Settings()),
        ({"all": True, "skip_logs": "on", "snapshots": "true"}, Settings(all=True, skip_logs=True, snapshots=True)),
        ({"password": "infected", "timeline": True}, Settings(password="infected", timeline=True)),
        ({"signatures": "/rules/a.yar\n/rules/b"}, Settings(signatures=("/rules/a.yar", "/rules/b"))),
        ({"all": None, "other": 7}, Settings()),
    ],
)
def test_settings_are_those_of_the_form(form: dict[str, Any] | None, settings: Settings) -> None:
    assert Settings.of(form) == settings


def test_a_job_has_limits_and_the_logs_as_set() -> None:
    job = Settings(skip_logs=True).job
    assert job.limits.seconds_per_file == hunts.SECONDS_PER_FILE
    assert not job.logs.read


def test_a_file_that_is_gone_is_stated_without_its_place(tmp_path: Path) -> None:
    (found,) = hunt_all([_lost(tmp_path / "gone")], Settings(), _ignore)
    assert found.report is None
    assert found.refusal
    assert str(tmp_path) not in found.refusal


def test_a_package_that_is_missing_stops_no_other_location(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "0a").write_text(SHELL)
    hunt_lost = hunts._hunt_lost
    calls = []

    def fail_once(located: Located, job: wsh.Job) -> wsh.Report:
        calls.append(located)
        if len(calls) == 1:
            raise MissingDependencyError("install the extra")
        return hunt_lost(located, job)

    monkeypatch.setattr(hunts, "_hunt_lost", fail_once)
    first, second = hunt_all([_lost(tmp_path / "0a"), _lost(tmp_path / "0a")], Settings(), _ignore)
    assert (first.report, first.refusal) == (None, "install the extra")
    assert second.report is not None
    assert [verdict.disposition for verdict in second.report.verdicts] == [wsh.Disposition.MALICIOUS]


def test_a_defect_keeps_the_report_so_far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> wsh.Report:
        raise UnexpectedError("a defect", report=demo_report())

    monkeypatch.setattr(hunts, "_hunt_lost", fail)
    (found,) = hunt_all([_lost(tmp_path / "0a")], Settings(), _ignore)
    assert found.report is not None
    assert found.report.location == "0a"
