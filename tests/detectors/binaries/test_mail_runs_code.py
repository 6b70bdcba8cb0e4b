"""Agents that run what a mail brings."""

from __future__ import annotations

from tests.builders.compiled import findings_of
from tests.persistence.rows_compiled import STUBS, agent, loads, starts
from webshellhunt.model.rules import Severity

SUBJECT = "e.MailItem.Message.Subject"


def test_a_program_and_code_of_a_mail() -> None:
    (program,) = findings_of("WSH5015", agent(starts(SUBJECT)), stubs=STUBS)
    (code,) = findings_of("WSH5015", agent(loads(f"Convert.FromBase64String({SUBJECT})")), stubs=STUBS)
    assert "starts a program that the mail names" in program.message
    assert "loads code of the mail" in code.message


def test_mails_in_an_odd_folder_weigh_less() -> None:
    kept = 'File.AppendAllText(@"{where}\\m.txt", ' + SUBJECT + ");"
    (finding,) = findings_of("WSH5015", agent(kept.replace("{where}", "C:\\PerfLogs")), stubs=STUBS)
    assert finding.severity is Severity.HIGH
    assert findings_of("WSH5015", agent(kept.replace("{where}", "D:\\Archive")), stubs=STUBS) == []
