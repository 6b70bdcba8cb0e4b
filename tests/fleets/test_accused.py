"""What is kept of an accused verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given

from tests.reports import strategies
from tests.reports.cases import EVAL, SHELL, WHEN, finding, verdict
from webshellhunt.fleets.accused import LONGEST, MOST_LINKS, Accused, accused_subject
from webshellhunt.fleets.peers import scheme
from webshellhunt.model.findings import Act, FactValue, Secret, Span
from webshellhunt.model.fleet import SharedKind, TimeOf
from webshellhunt.model.rules import Rule, RuleOrigin, Severity
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Disposition, Planting, Presence, SubjectKind, Verdict

PATH = r"C:\inetpub\wwwroot\aspnet_client\x.aspx"
NOWHERE = scheme((), None)
KEYS = replace(EVAL, id="WSH4004", slug="published-machine-key", severity=Severity.HIGH)
LATER = datetime(2021, 3, 9, tzinfo=UTC)


def kept(made: Verdict) -> Accused:
    return accused_subject(made, "A", NOWHERE, malicious=True)


def shell(excerpt: str = SHELL, path: str = PATH, **facts: FactValue) -> Verdict:
    """Return a verdict whose finding rests on code."""
    made = finding(excerpt=excerpt, path=path, facts=facts)
    return verdict(path, Disposition.MALICIOUS, replace(made, acts=(Act(path, "", Span(0, 1)),)))


def links(made: Verdict, kind: SharedKind) -> list[str]:
    return [value for each, value in kept(made).links if each is kind]


def test_the_same_code_with_other_blanks_is_the_same_shell() -> None:
    one, other = kept(shell()), kept(shell(SHELL.replace(" ", "   ").upper()))
    assert set(one.identity) & set(other.identity) - {one.sha256}
    assert not set(one.identity) & set(kept(shell("another code " * 3)).identity) - {one.sha256}


@pytest.mark.parametrize(
    "rule",
    [
        replace(EVAL, id="WSH6001"),
        replace(EVAL, severity=Severity.MEDIUM),
        replace(EVAL, id="Public", origin=RuleOrigin.PUBLIC_SIGNATURE),
    ],
)
def test_a_place_or_a_signature_is_no_code(rule: Rule) -> None:
    made = shell()
    [one] = made.findings
    changed = replace(made, findings=(replace(one, rule=rule, severity=rule.severity),))
    assert kept(changed).identity == (made.subject.sha256,)


def test_short_code_identifies_nothing() -> None:
    assert kept(shell("eval(x)")).identity == ("ab" * 32,)


def test_a_time_is_that_of_planting_else_of_use_else_of_logs() -> None:
    planted = Planting(WHEN, "last changed", "planted")
    use = Use(3, 2, 0, LATER, LATER, logs=("u_ex.log",))
    made = shell(first_seen="2021-03-10T00:00:00Z", first_success="2021-03-11T00:00:00Z")
    times = [
        kept(replace(made, planting=planted, use=use)),
        kept(replace(made, planting=replace(planted, when_utc=None), use=use)),
        kept(made),
        kept(replace(made, use=use._replace(answered=0))),
        kept(shell()),
    ]
    assert [(each.time_of, each.when_utc and each.when_utc.day, each.witness) for each in times] == [
        (TimeOf.PLANTING, 3, "last changed"),
        (TimeOf.FIRST_USE, 9, "u_ex.log"),
        (TimeOf.SEEN, 10, PATH),
        (TimeOf.SEEN, 10, PATH),
        (TimeOf.UNKNOWN, None, ""),
    ]


def test_links_of_facts() -> None:
    made = shell(request_key="orange", key_fingerprint="abc", exploit_name="ProxyLogon")
    assert links(made, SharedKind.REQUEST_KEY) == ["orange"]
    assert links(made, SharedKind.VIEW_STATE_KEY) == ["abc"]
    assert links(made, SharedKind.EXPLOIT) == ["ProxyLogon"]
    assert kept(made).keys == ("orange",)


def test_a_common_parameter_links_nothing() -> None:
    assert links(shell(request_key="cmd"), SharedKind.REQUEST_KEY) == []
    assert kept(shell(request_key="cmd")).keys == ("cmd",)


def test_a_machine_key_is_kept_as_its_fingerprint() -> None:
    secret = "0123456789abcdef" * 4
    made = finding(KEYS, excerpt=f'<machineKey validationKey="{secret}" />')
    [evidence] = made.evidence
    evidence = replace(evidence, secrets=(Secret(27, 91, secret), Secret(0, 3, "a password")))
    found = links(verdict(PATH, Disposition.SUSPICIOUS, replace(made, evidence=(evidence,))), SharedKind.MACHINE_KEY)
    assert len(found) == 1
    assert found[0].startswith("sha256:")
    assert secret not in str(kept(verdict(PATH, Disposition.SUSPICIOUS, replace(made, evidence=(evidence,)))))


def test_the_place_and_the_name_of_a_page() -> None:
    assert links(shell(), SharedKind.PATH) == ["inetpub/wwwroot/aspnet_client/x.aspx"]
    assert links(shell(), SharedKind.FILE_NAME) == ["x.aspx"]
    for common in ("web.config", "default.aspx", "app.config", "login.aspx", "index.php"):
        assert links(shell(path=rf"C:\a\{common}"), SharedKind.FILE_NAME) == []
    trace = shell()
    trace = replace(trace, subject=replace(trace.subject, kind=SubjectKind.TRACE))
    assert links(trace, SharedKind.PATH) == []
    deleted = replace(trace, subject=replace(trace.subject, presence=Presence.DELETED))
    assert links(deleted, SharedKind.PATH) == ["inetpub/wwwroot/aspnet_client/x.aspx"]


def test_the_day_and_the_waves_of_planting() -> None:
    made = replace(shell(), planting=Planting(WHEN, "w", "s", waves=("ProxyLogon",)))
    assert links(made, SharedKind.PLANTING_DAY) == ["2021-03-03"]
    assert links(made, SharedKind.WAVE) == ["ProxyLogon"]


@given(strategies.verdicts)
def test_any_verdict_is_kept_within_bounds(made: Verdict) -> None:
    subject = kept(made)
    assert len(subject.links) <= MOST_LINKS
    assert len(subject.path) <= LONGEST


def test_long_texts_are_cut_and_stay_distinct() -> None:
    one, other = (links(shell(path=f"C:/{'a' * 5000}/{end}.aspx"), SharedKind.PATH) for end in "xy")
    assert one != other
    assert len(one[0]) <= LONGEST
