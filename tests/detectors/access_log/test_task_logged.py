"""Tasks of the event logs, by their programs."""

from __future__ import annotations

from tests.builders.event_logs import audit, findings, verdicts
from tests.builders.tasks import task_file
from webshellhunt.model.verdict import Disposition


def test_an_odd_task_is_suspicious() -> None:
    event = audit(4698, TaskName="\\Updater", TaskContent=task_file(r"C:\PerfLogs\a.exe").decode("utf-16"))
    (verdict,) = verdicts(event)
    assert (verdict.findings[0].rule.id, verdict.disposition) == ("WSH7230", Disposition.SUSPICIOUS)


def test_an_ordinary_task_is_none() -> None:
    text = task_file(r"C:\Program Files\Vendor\a.exe").decode("utf-16")
    assert findings(audit(4698, TaskName="\\Vendor", TaskContent=text)) == {}
