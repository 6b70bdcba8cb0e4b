"""Times that run backwards."""

from __future__ import annotations

from webshellhunt.detectors.access_log.log_time_runs_back import find
from webshellhunt.logs.hours import StepBack
from webshellhunt.model.rules import Severity

STEP = StepBack("C:\\W3SVC1\\u_ex210303.log", 1200, 345)


def test_a_large_step() -> None:
    (found,) = find(STEP)
    assert found.severity is Severity.LOW
    assert found.message == "in line 1,200 the time is 5 hours and 45 minutes earlier than above"
    assert found.evidence[0].line == 1200


def test_a_small_step_and_a_restart() -> None:
    assert list(find(STEP._replace(minutes=29))) == []
    (found,) = find(STEP._replace(minutes=40, restarted=True))
    assert found.severity is Severity.INFO
    assert "in line 1,200 the time is 40 minutes earlier than above; logging may have started again" in found.message
