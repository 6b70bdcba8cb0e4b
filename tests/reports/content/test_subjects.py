"""Each subject has its row: its kind, since when it is there, by which hole, its use and its presence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given

from tests.reports.cases import KEY_RULE, PUBLIC, SECRET, finding, full_report, report, verdict
from tests.reports.strategies import reports
from webshellhunt.model.findings import Evidence, FactValue, Span
from webshellhunt.model.log_results import Moment, MomentKind
from webshellhunt.model.report import Report
from webshellhunt.model.rules import RuleOrigin
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Disposition, Planting, Presence, SubjectKind
from webshellhunt.reports import render
from webshellhunt.reports.content.subjects import ShownVerdict, leading_finding, numbers_of, shown_verdicts
from webshellhunt.reports.content.subjects import accused as accused_of
from webshellhunt.reports.options import Options

WHEN = datetime(2021, 3, 3, tzinfo=UTC)


def overview(made: Report, *, show_secrets: bool = False) -> tuple[ShownVerdict, ...]:
    return accused_of(made, Options(show_secrets=show_secrets))


def test_a_row_for_each_accused_subject() -> None:
    rows = overview(full_report())
    assert [row.verdict for row in rows] == list(full_report().accused)


@given(reports)
def test_any_report_has_an_overview(made: Report) -> None:
    assert len(overview(made)) == len(made.accused)


def test_a_detector_explains_before_a_signature() -> None:
    told = matched = finding()
    matched = replace(matched, rule=replace(matched.rule, origin=RuleOrigin.SIGNATURE))
    assert leading_finding(verdict("x.aspx", Disposition.MALICIOUS, matched, told)) is told
    assert leading_finding(verdict("x.aspx", Disposition.MALICIOUS, matched)) is matched


def test_the_use_and_the_presence_in_words() -> None:
    used = replace(verdict("x.aspx", Disposition.MALICIOUS, finding()), use=Use(3, 2, 2, WHEN, WHEN))
    gone = replace(used, use=Use(0, 0, 0, None, None), subject=replace(used.subject, presence=Presence.DELETED))
    setting = verdict("web.config", Disposition.SUSPICIOUS, finding(KEY_RULE))
    setting = replace(setting, subject=replace(setting.subject, executable=False))
    unread = verdict("x.aspx", Disposition.SUSPICIOUS, finding())
    logged = replace(setting, subject=replace(setting.subject, kind=SubjectKind.TRACE))
    rows = overview(report(used, gone, setting, unread, logged))
    assert [(row.used, row.presence) for row in rows] == [
        ("2 times, last 2021-03-03", "still there"),
        ("not requested", "deleted"),
        ("-", "still there"),
        ("unknown", "still there"),
        ("-", "in the logs"),
    ]


def test_what_a_subject_is_in_a_short_phrase() -> None:
    shell = verdict("x.aspx", Disposition.MALICIOUS, finding())
    likely = replace(shell, disposition=Disposition.SUSPICIOUS)
    somebodys = verdict("y.aspx", Disposition.MALICIOUS, finding(PUBLIC))
    exploit = replace(finding().rule, id="WSH7001")
    traced = verdict("ProxyLogon", Disposition.MALICIOUS, finding(exploit, facts={"exploit_name": "ProxyLogon"}))
    unexplained = replace(shell, findings=(), reasons=("a reason",))
    assert [row.what for row in overview(report(shell, likely, somebodys, traced, unexplained))] == [
        "web shell: executes request data as code",
        "possible web shell: executes request data as code",
        "web shell: somebody's rule",
        "exploit that succeeded: ProxyLogon",
        "a reason",
    ]


def test_the_route_of_a_page_that_an_exploit_planted_is_proven() -> None:
    exploit = replace(finding().rule, id="WSH7001")
    facts: dict[str, FactValue] = {"exploit_name": "ProxyLogon", "result": "proven", "planted_page": "C:/X.aspx"}
    traced = verdict("ProxyLogon", Disposition.MALICIOUS, finding(exploit, facts=facts))
    shell = verdict("c:/x.aspx", Disposition.MALICIOUS, finding())
    row = overview(report(shell, traced))[0]
    assert (row.route.name, row.route.is_proven, row.route.words) == ("ProxyLogon", True, "ProxyLogon (proven)")


def test_the_latest_time_of_planting_is_that_of_the_timeline() -> None:
    shell = verdict("x.aspx", Disposition.MALICIOUS, finding())
    shell = replace(shell, planting=Planting(WHEN, "created", "planted", waves=("ProxyLogon",)))
    moment = Moment(WHEN, "planted: x.aspx", "", MomentKind.PLANTED, "x.aspx", WHEN.replace(day=9))
    (row,) = overview(replace(report(shell), timeline=(moment,)))
    assert row.since == (WHEN, WHEN.replace(day=9), "2021-03-03 to 2021-03-09")
    assert (row.route.words, row.route.is_proven) == ("in the window of ProxyLogon", False)


def test_a_copy_names_the_first_subject_with_its_content() -> None:
    place = replace(PUBLIC, id="WSH6001", origin=RuleOrigin.DETECTOR)
    first = verdict("x.aspx", Disposition.MALICIOUS, finding(), sha256="ab" * 32)
    copy = verdict("y.aspx", Disposition.MALICIOUS, finding(), finding(place), sha256="ab" * 32)
    other = verdict("z.aspx", Disposition.MALICIOUS, finding(), sha256="cd" * 32)
    made = report(first, copy, other)
    assert [(each.number, each.same_as) for each in shown_verdicts(made, Options())] == [(1, None), (2, 1), (3, None)]
    assert [[each.rule_id for each in shown.telling] for shown in overview(made)] == [
        ["WSH1001"],
        ["WSH6001"],
        ["WSH1001"],
    ]
    assert [each.same_as for each in shown_verdicts(made, Options(show_all=True))] == [None, None, None]


def test_a_client_that_only_a_header_names_is_claimed_in_each_form() -> None:
    use = Use(9, 9, 9, WHEN, WHEN, clients=("203.0.113.7", "10.0.0.9"), client_count=2)
    use = use._replace(claimed=("203.0.113.7",), proxies=("10.0.0.80",))
    made = report(replace(verdict("x.aspx", Disposition.MALICIOUS, finding()), use=use))
    [shown] = overview(made)
    assert shown.clients == (("203.0.113.7", "claimed"), ("10.0.0.9", ""))
    for form in ("text", "html", "markdown", "csv"):
        assert "claimed by X-Forwarded-For, through the proxy 10.0.0.80" in str(render(made, form)), form
    assert "- clients: `203.0.113.7` (claimed), `10.0.0.9`" in str(render(made, "markdown"))


def test_a_moment_is_about_the_trace_whose_evidence_its_witness_is() -> None:
    log = "C:\\Windows\\Security.evtx"
    traces = []
    for line in (3, 7):
        place = Evidence(log, "log", Span(0, 0), line, 1, "")
        found = replace(finding(message=f"record {line}"), evidence=(place,))
        traces.append(verdict(log, Disposition.SUSPICIOUS, found, sha256=None))
    shell = verdict("x.aspx", Disposition.MALICIOUS, finding())
    moments = [
        Moment(WHEN, f"cleared: {log}", f"{log}, record {line}", MomentKind.LOG_CLEARED, log) for line in (7, 3, 9)
    ]
    used = Moment(WHEN, "used: x.aspx", "u_ex.log, line 1", MomentKind.FIRST_USED, "x.aspx")
    numbers = numbers_of([*moments, used], overview(report(shell, *traces)))
    assert [numbers.get(each) for each in (*moments, used)] == [3, 2, None, 1]


def test_no_secret_is_shown() -> None:
    somebodys = replace(PUBLIC, title=f"The page checks {SECRET}")
    found = finding(somebodys, facts={"password": SECRET})
    made = report(verdict("x.aspx", Disposition.MALICIOUS, found))
    assert SECRET not in overview(made)[0].what
    assert SECRET in overview(made, show_secrets=True)[0].what
