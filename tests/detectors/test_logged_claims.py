"""The message, the evidence and the facts of a claim about logged acts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from webshellhunt.detectors.contract import define_rule
from webshellhunt.detectors.logged_claims import claim_acts, evidence_of
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.logged_acts import MOST_SHOWN, Gravity, Idea, LoggedAct, LoggedActs

RULE = define_rule("a_rule", "WSH7999", "medium", "low", page="Something is so.\n\nMore.\n")
WHEN = datetime(2021, 3, 3, 4, 5, 6, tzinfo=UTC)
ACT = LoggedAct(Idea.CONTEXT, Gravity.LEAD, "x.evtx", 7, WHEN, "admin", "EXCH01", "it was so", "why")


def test_one_act() -> None:
    (found,) = claim_acts(RULE, LoggedActs(Idea.CONTEXT, [ACT], 1), "something happened")
    assert found.message == "something happened: 2021-03-03T04:05:06Z by admin: it was so (why)"
    assert (found.severity, found.confidence) == Gravity.LEAD.scales
    assert found.facts == {
        "done_at": "2021-03-03T04:05:06Z",
        "first": "2021-03-03T04:05:06Z",
        "count": 1,
        "by": ("admin",),
        "acts": ("2021-03-03T04:05:06Z it was so (admin)",),
        "computer": "EXCH01",
    }
    assert [(each.path, each.line, each.excerpt) for each in found.evidence] == [("x.evtx", 7, "it was so")]


def test_many_acts_are_one_finding_as_grave_as_the_gravest() -> None:
    acts = [ACT._replace(line=n, when_utc=WHEN + timedelta(hours=n)) for n in range(99)]
    acts[50] = acts[50]._replace(gravity=Gravity.GRAVE, shown="it was grave")
    (found,) = claim_acts(RULE, LoggedActs(Idea.CONTEXT, acts, 1_234), "things happened")
    assert found.message.startswith(
        "things happened: 1,234 times from 2021-03-03T04:05:06Z to 2021-03-07T06:05:06Z by admin"
    )
    assert (found.severity, found.confidence) == Gravity.GRAVE.scales
    assert found.evidence[0] == evidence_of(acts[50])
    assert len(found.evidence) == 5
    told = found.facts["acts"]
    assert isinstance(told, tuple)
    assert len(told) == MOST_SHOWN


def test_a_rule_may_decide_itself() -> None:
    acts = LoggedActs(Idea.CONTEXT, [ACT._replace(failed=True)], 1)
    (found,) = claim_acts(RULE, acts, "so", severity=Severity.HIGH, confidence=Confidence.HIGH, facts={"more": 1})
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.HIGH)
    assert (found.facts["more"], found.facts["refused"]) == (1, True)
