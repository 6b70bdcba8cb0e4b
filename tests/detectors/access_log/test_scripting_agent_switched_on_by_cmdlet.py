"""The scripting agent that is switched on is a lead; looking it up is not."""

from __future__ import annotations

from tests.builders.event_logs import cmdlet_event, findings, verdicts
from webshellhunt.model.verdict import Disposition


def test_it_is_told() -> None:
    (verdict,) = verdicts(cmdlet_event("Enable-CmdletExtensionAgent", '-Identity "Scripting Agent"'))
    assert (verdict.findings[0].rule.id, verdict.disposition) == ("WSH7223", Disposition.UNEXPLAINED)


def test_honest_work_is_not() -> None:
    assert "WSH7223" not in findings(cmdlet_event("Get-CmdletExtensionAgent", '-Identity "Scripting Agent"'))
