"""Accounts and memberships: leads, but for hidden names and application pools."""

from __future__ import annotations

from tests.builders.event_logs import audit, findings, verdicts
from webshellhunt.model.verdict import Disposition

ADMIN = {"SubjectUserName": "admin", "SubjectDomainName": "CONTOSO", "SubjectUserSid": "S-1-5-21-1-2-3-500"}


def test_an_account_and_a_membership_are_one_lead() -> None:
    account = audit(4720, TargetUserName="new", **ADMIN)
    member = audit(
        4732, TargetSid="S-1-5-32-544", TargetUserName="Administrateurs", MemberName="-", MemberSid="S-1", **ADMIN
    )
    (verdict,) = verdicts(account, member)
    assert (verdict.findings[0].rule.id, verdict.disposition) == ("WSH7213", Disposition.UNEXPLAINED)
    assert "S-1 became a member of Administrators" in str(verdict.findings[0].facts["acts"])


def test_a_hidden_name_and_an_application_pool_are_suspicious() -> None:
    pool = {**ADMIN, "SubjectUserSid": "S-1-5-82-1"}
    for event in (audit(4720, TargetUserName="support$", **ADMIN), audit(4720, TargetUserName="new", **pool)):
        assert verdicts(event)[0].disposition is Disposition.SUSPICIOUS


def test_groups_of_exchange_by_name() -> None:
    assert "WSH7213" in findings(audit(4756, TargetUserName="Organization Management", TargetSid="S-1-5-21-9", **ADMIN))


def test_other_groups_are_none() -> None:
    assert findings(audit(4728, TargetUserName="Sales", TargetSid="S-1-5-21-1-2-3-1105", **ADMIN)) == {}
