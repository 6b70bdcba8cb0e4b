"""Rights to the mail of others are a lead, other ones are not."""

from __future__ import annotations

from tests.builders.event_logs import cmdlet_event, findings, verdicts
from webshellhunt.model.verdict import Disposition


def test_it_is_told() -> None:
    (verdict,) = verdicts(cmdlet_event("Add-MailboxPermission", '-Identity "a" -User "b" -AccessRights "FullAccess"'))
    assert (verdict.findings[0].rule.id, verdict.disposition) == ("WSH7202", Disposition.UNEXPLAINED)


def test_honest_work_is_not() -> None:
    assert "WSH7202" not in findings(
        cmdlet_event("Add-MailboxPermission", '-Identity "a" -User "b" -AccessRights "ReadPermission"')
    )


def test_all_of_a_log_are_one_lead_with_users_and_parameters() -> None:
    events = [cmdlet_event("Add-MailboxPermission", f'-Identity "{n}" -AccessRights "FullAccess"') for n in range(30)]
    (verdict,) = verdicts(*events)
    (found,) = verdict.findings
    assert found.facts["count"] == 30
    assert '-Identity "0"' in str(found.facts["acts"])


def test_roles_without_access_to_mail_are_a_note() -> None:
    (verdict,) = verdicts(cmdlet_event("New-ManagementRoleAssignment", '-Role "Mail Recipients" -User "b"'))
    assert verdict.disposition is Disposition.BENIGN
