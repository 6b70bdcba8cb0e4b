"""Acts in words, and what a group of them says."""

from __future__ import annotations

from datetime import UTC, datetime

from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.logged_acts import Gravity, Idea, LoggedAct, LoggedActs, time_words

WHEN = datetime(2021, 3, 3, 4, 5, 6, tzinfo=UTC)
ACT = LoggedAct(Idea.LOG_CLEARED, Gravity.LEAD, "x.evtx", 1, WHEN, "admin", "EXCH01", "it was so", "why")


def test_an_act_in_words() -> None:
    assert ACT.words == "2021-03-03T04:05:06Z it was so (admin)"
    assert ACT._replace(when_utc=None, who="", failed=True).words == "(no time) it was so, refused"


def test_no_tag_in_words_is_code() -> None:
    assert ACT._replace(shown="<a> <%b").inert == "<·a> <·%b"


def test_the_gravest_act_is_one_that_was_not_refused() -> None:
    grave = ACT._replace(gravity=Gravity.GRAVE)
    refused = grave._replace(failed=True)
    assert LoggedActs(Idea.LOG_CLEARED, [ACT, refused, grave], 3).gravest is grave


def test_the_times_are_those_of_acts_that_have_one() -> None:
    later = ACT._replace(when_utc=WHEN.replace(hour=5), who="other")
    acts = LoggedActs(Idea.LOG_CLEARED, [ACT._replace(when_utc=None), ACT, later, ACT._replace(when_utc=None)], 4)
    assert (acts.first_utc, acts.last_utc) == (WHEN, later.when_utc)
    assert acts.users == ("admin", "other")
    nothing = LoggedActs(Idea.LOG_CLEARED, [ACT._replace(when_utc=None)], 1)
    assert (nothing.first_utc, nothing.last_utc) == (None, None)


def test_each_weight_has_a_severity_and_a_confidence() -> None:
    assert Gravity.PROOF.scales == (Severity.CRITICAL, Confidence.HIGH)
    assert [each.scales for each in Gravity] == sorted(each.scales for each in Gravity)


def test_a_time_in_words() -> None:
    assert time_words(WHEN) == "2021-03-03T04:05:06Z"
