"""The report of an OpenRelik task: its priority, and hostile texts in it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

pytest.importorskip("openrelik_worker_common", reason="the packages of the OpenRelik worker are not installed")

from openrelik_worker_common.reporting import Priority

import webshellhunt as wsh
from integrations.openrelik.src.hunts import Hunted
from integrations.openrelik.src.inputs import Kind, Located
from integrations.openrelik.src.results import MOST_LOCATIONS, MOST_ROWS, priority_of, task_report
from tests.pivot.cases import demo_report
from tests.reports.strategies import hostile, reports
from webshellhunt.model.report import Assessment, AssessmentState

_LOCATED = Located(Kind.NAMED, "/x", "x", "/x", {})


@pytest.mark.parametrize("state", AssessmentState)
def test_each_assessment_has_a_priority(state: AssessmentState) -> None:
    report = replace(demo_report(), assessment=Assessment(state, "sentence"))
    priority = priority_of(Hunted(_LOCATED, report))
    assert (priority == Priority.CRITICAL) == state.value.startswith("backdoored")
    assert (priority == Priority.LOW) == (state is AssessmentState.NOTHING_FOUND)


def test_a_location_that_was_not_opened_is_of_medium_priority() -> None:
    assert priority_of(Hunted(_LOCATED, refusal="encrypted")) == Priority.MEDIUM


@given(report=reports, name=hostile)
def test_hostile_texts_are_no_markdown(report: wsh.Report, name: str) -> None:
    hunted = [Hunted(_LOCATED._replace(name=name), report), Hunted(_LOCATED, refusal=name)]
    content = task_report(hunted).to_dict()["content"]
    content.encode()
    assert not set("<>`[]\\*_~") & set(content)
    rows = [line for line in content.splitlines() if line.startswith("|")]
    assert all(row.count("|") == 7 for row in rows)
    assert len(rows) <= MOST_ROWS + 10


def test_the_page_has_the_most_urgent_locations() -> None:
    hunted = [Hunted(_LOCATED._replace(name=f"n{at}"), refusal="encrypted") for at in range(MOST_LOCATIONS)]
    content = task_report([*hunted, Hunted(_LOCATED._replace(name="demo"), demo_report())]).to_dict()["content"]
    assert content.count("\n## ") == MOST_LOCATIONS
    assert content.index("## demo") < content.index("## n0")
    assert "result files have&#58; 1." in content
