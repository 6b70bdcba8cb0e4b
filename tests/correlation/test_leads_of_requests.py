"""Leads of requests: pages that only logs know, from rows of logs to the verdict, with the honest twin of each."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.builders.logs import IIS_FIELDS, row, text_log
from webshellhunt.correlation import pages_without_file
from webshellhunt.model.limits import Job
from webshellhunt.model.log_options import LogOptions
from webshellhunt.model.report import Report
from webshellhunt.model.traffic import LogKind
from webshellhunt.model.verdict import Disposition, Presence, SubjectKind, Verdict
from webshellhunt.pipeline import hunt
from webshellhunt.reports import render
from webshellhunt.sources.memory import MemorySource
from webshellhunt.views.use_words import use_sentence

Row = dict[str, object]
INTRUDER, OTHER = "203.0.113.7", "203.0.113.8"
KNOWN, CHECKED, FOREIGN, TOOL, USED = "WSH7104", "WSH7102", "WSH7105", "WSH7106", "WSH7101"
LINK = "https://mail.example.com/start/"


def asked(time: str, path: str, method: str = "POST", status: int = 200, **values: object) -> Row:
    return dict(row(f"2021-03-03 {time}", path, **{"method": method, "status": status, "client": INTRUDER, **values}))


def visited(path: str, count: int = 20, method: str = "GET") -> list[Row]:
    """Return the requests of the visitors of a page, who followed a link."""
    return [asked(f"09:00:{n:02}", path, method, client=f"198.51.100.{n}", referer=LINK) for n in range(count)]


def hunted(*rows: Row, kind: LogKind = LogKind.IIS, alone: bool = True) -> Report:
    stock = [asked(f"00:00:{n:02}", "/owa/auth/logon.aspx", "GET", client=f"198.51.100.{n}") for n in range(20)]
    name = "u_ex210303.log" if kind is LogKind.IIS else "HttpProxy_2021030300-1.LOG"
    files = {name: text_log(kind, *stock, *rows)}
    return hunt(MemorySource(files), job=Job(logs=LogOptions(alone=alone)))


def leads(report: Report) -> list[Verdict]:
    traces = [each for each in report.verdicts if each.subject.kind is SubjectKind.TRACE]
    assert report.counts["files"] == 0 or len(traces) < len(report.verdicts)
    return [each for each in traces if "/" in each.subject.path and each.disposition > Disposition.BENIGN]


def reasons(verdict: Verdict) -> set[str]:
    return {each.rule.id for each in verdict.findings if each.severity.label == "medium"}


SUSPICIOUS = [
    ("a known place", [asked("04:00:00", "/aspnet_client/supp0rt.aspx", "GET")], {KNOWN, FOREIGN}),
    ("a known name", [asked("04:00:00", "/owa/auth/OutlookEN.aspx", "GET")], {KNOWN, FOREIGN}),
    (
        "404, then 200",
        [
            asked("03:00:00", "/aspnet_client/a1b2.aspx", "GET", 404),
            asked("04:00:00", "/aspnet_client/a1b2.aspx", "GET"),
        ],
        {CHECKED, FOREIGN},
    ),
    ("POST among static files", [asked("04:00:00", "/owa/auth/Current/themes/resources/zz.aspx")], {FOREIGN, USED}),
    ("POST in ecp/auth", [asked("04:00:00", "/ecp/auth/zz.aspx", client="2001:db8::7")], {FOREIGN, USED}),
    ("a handler among the sign-in pages", [asked("04:00:00", "/owa/auth/pxh4HG1v.ashx")], {KNOWN, FOREIGN}),
    ("a tool", [asked("04:00:00", "/aspnet_client/zz.aspx", "GET", agent="python-requests/2.25.1")], {FOREIGN, TOOL}),
    (
        "a crawler that sends data",
        [asked("04:00:00", "/owa/auth/zz.aspx", agent="Googlebot/2.1")],
        {FOREIGN, TOOL, USED},
    ),
    (
        "404, then POST in a folder of images",
        [asked("03:00:00", "/images/z.aspx", "GET", 404), asked("04:00:00", "/images/z.aspx")],
        {CHECKED, USED},
    ),
]


@pytest.mark.parametrize(("rows", "expected"), [each[1:] for each in SUSPICIOUS], ids=[each[0] for each in SUSPICIOUS])
@pytest.mark.parametrize("alone", [True, False], ids=["logs", "hunt"])
def test_two_independent_reasons_make_a_page_suspicious(rows: Sequence[Row], expected: set[str], alone: bool) -> None:
    (lead,) = leads(hunted(*rows, alone=alone))
    assert (lead.disposition, lead.subject.presence) == (Disposition.SUSPICIOUS, Presence.NOT_COLLECTED)
    assert reasons(lead) == expected
    assert lead.use is not None
    assert lead.subject.path == rows[-1]["path"]
    assert (lead.use.clients, lead.use.client_count) == ((rows[-1]["client"],), 1)
    assert lead.use.first_utc == lead.use.last_utc
    assert f"{lead.use.first_utc:%H:%M:%S}" == "04:00:00"


UNEXPLAINED = [
    ("a page that no setup puts there", [asked("04:00:00", "/owa/auth/zz.aspx", "GET")], {FOREIGN}),
    (
        "404, then 200 in a site",
        [asked("03:00:00", "/shop/z.aspx", "GET", 404), asked("04:00:00", "/shop/z.aspx", "GET")],
        {CHECKED},
    ),
    ("POST in a folder of scripts", [asked("04:00:00", "/shop/scripts/z.aspx")], {USED}),
    ("POST to the only page", [asked(f"04:00:0{n}", "/new/z.aspx") for n in range(3)], {USED}),
    ("a client for web shells", [asked("04:00:00", "/shop/z.aspx", "GET", agent="antSword/v2.1")], {TOOL}),
]


@pytest.mark.parametrize(
    ("rows", "expected"), [each[1:] for each in UNEXPLAINED], ids=[each[0] for each in UNEXPLAINED]
)
def test_one_reason_makes_a_lead(rows: Sequence[Row], expected: set[str]) -> None:
    report = hunted(*rows)
    (lead,) = leads(report)
    assert (lead.disposition, reasons(lead)) == (Disposition.UNEXPLAINED, expected)
    assert "1 lead in the logs needs a check" in report.assessment.sentence


NAMES = ("supp0rt", "shell", "xx", "discover", "outlooken", "t", "web", "one", "iispage", "s")
HONEST = [
    (
        "refused",
        [asked("04:00:00", "/aspnet_client/supp0rt.aspx", status=status) for status in (302, 401, 403, 404, 405)],
    ),
    ("OPTIONS of a name that is missing", [asked("04:00:00", "/aspnet_client/supp0rt.aspx", "OPTIONS")]),
    ("a page of a product with visitors", visited("/owa/auth/theme77.aspx")),
    ("a deployment", [asked("03:00:00", "/shop/new.aspx", "GET", 404), *visited("/shop/new.aspx")]),
    ("a customised site", [each for n in range(30) for each in visited(f"/shop/{n}.aspx", 7)]),
    (
        "services",
        [
            asked(f"04:{minute:02}:00", path)
            for minute in range(9)
            for path in (
                "/EWS/Exchange.asmx",
                "/autodiscover/autodiscover.svc",
                "/mapi/nspi/x.svc",
                "/owa/sessiondata.ashx",
                "/ecp/user@example.com/Download.aspx",
                "/shop/api/x.aspx",
                "/images/x.asmx",
                "/ews/x.ashx",
                "/powershell/",
                "/Microsoft-Server-ActiveSync/default.eas",
            )
        ],
    ),
    (
        "an article that is missing",
        [asked(f"04:{n:02}:00", "/shop/article.aspx", "GET", 404 if n % 2 else 200) for n in range(20)],
    ),
    (
        "a health check",
        [asked(f"{n:02}:00:00", "/owa/auth/status77.aspx", "GET", client="10.0.0.9") for n in range(1, 24)],
    ),
    (
        "a scanner of a server that answers each name",
        [asked("04:00:00", f"/aspnet_client/q{name}7.aspx", "GET") for name in NAMES],
    ),
    (
        "a monitor with a library",
        [asked(f"04:{n:02}:00", "/shop/state.aspx", "GET", agent="python-requests/2.25.1") for n in range(9)],
    ),
    ("a form that visitors send", visited("/images/search.aspx", method="POST")),
]


@pytest.mark.parametrize("rows", [each[1] for each in HONEST], ids=[each[0] for each in HONEST])
@pytest.mark.parametrize("kind", [LogKind.IIS, LogKind.HTTP_PROXY], ids=["iis", "proxy"])
def test_honest_twins_are_no_leads(rows: Sequence[Row], kind: LogKind) -> None:
    if kind is LogKind.HTTP_PROXY and any("referer" in each for each in rows):
        pytest.skip("these logs have no referrer")
    assert leads(hunted(*rows, kind=kind)) == []


SHELL = "/aspnet_client/supp0rt.aspx"
COMMANDS = [f"cmd=whoami{n}" for n in range(25)]
BROWSED = [asked(f"08:{n:02}:00", "/owa/", "GET", client="10.0.0.80", agent=f"Mozilla/{n % 9}") for n in range(50)]
SCANNERS = [asked(f"05:{n:02}:00", SHELL, "GET", client=f"198.18.{n}.7", agent=f"Scanner/{n % 7}") for n in range(25)]
TESTED = [asked("04:00:00", f"/aspnet_client/{name}.aspx", "GET") for name in NAMES]
MISSED = [asked("04:01:00", f"/aspnet_client/none{n}.aspx", "GET", 404) for n in range(30)]
PUBLISHED_NAME = [
    (
        "a pivot inside",
        [asked(f"04:{n:02}:00", SHELL, "GET", client="10.0.0.9", query=q) for n, q in enumerate(COMMANDS)],
    ),
    (
        "a proxy that hides the client",
        [
            *BROWSED,
            *(asked(f"04:{n:02}:00", SHELL, "GET", client="10.0.0.80", query=q) for n, q in enumerate(COMMANDS)),
        ],
    ),
    (
        "forged referrers",
        [asked(f"04:{n:02}:00", SHELL, client=f"203.0.113.{n % 10}", referer=LINK) for n in range(30)],
    ),
    ("scanners", [*(asked(f"04:{n:02}:00", SHELL) for n in range(9)), *SCANNERS]),
    ("names that were tested, and others that are missing", [*TESTED, *MISSED]),
    ("names that were tested, and one that was used", [*TESTED, *(asked(f"05:{n:02}:00", SHELL) for n in range(20))]),
]


@pytest.mark.parametrize("rows", [each[1] for each in PUBLISHED_NAME], ids=[each[0] for each in PUBLISHED_NAME])
@pytest.mark.parametrize("alone", [True, False], ids=["logs", "hunt"])
def test_neither_crowds_nor_referrers_nor_a_steady_pace_hide_a_published_name(rows: Sequence[Row], alone: bool) -> None:
    found = {each.subject.path: each for each in leads(hunted(*rows, alone=alone))}
    assert found[SHELL].disposition is Disposition.SUSPICIOUS
    assert KNOWN in reasons(found[SHELL])


def test_who_sends_data_is_the_user_and_scanners_are_others() -> None:
    report = hunted(*(asked(f"04:{n:02}:00", SHELL) for n in range(9)), *SCANNERS)
    (lead,) = leads(report)
    assert lead.use is not None
    assert (lead.use.users, lead.use.others, lead.use.client_count) == ((INTRUDER,), 25, 26)
    assert f"The suspicious pages were used by {INTRUDER}." in report.assessment.sentence
    assert "it also answered 25 other clients" in " ".join(str(render(report, "text")).split())


LEADS_TO_CHECK = [
    ("visitors", visited("/owa/auth/help.aspx")),
    ("a health check", [asked(f"{n:02}:00:00", "/owa/auth/help.aspx", "GET", client="10.0.0.9") for n in range(1, 24)]),
    ("a server that answers any name", TESTED),
]


@pytest.mark.parametrize("rows", [each[1] for each in LEADS_TO_CHECK], ids=[each[0] for each in LEADS_TO_CHECK])
def test_a_published_name_with_an_ordinary_explanation_is_a_lead_for_a_check(rows: Sequence[Row]) -> None:
    found = leads(hunted(*rows))
    assert {each.disposition for each in found} == {Disposition.UNEXPLAINED}
    assert {each.subject.path for each in found} == {row["path"] for row in rows}


def test_a_health_check_has_one_query_and_a_rhythm() -> None:
    page = "/owa/auth/status77.aspx"
    times = [f"{n * 7 % 24:02}:{n * n % 60:02}:00" for n in range(24)]
    changed = [asked(f"04:{n:02}:00", page, "GET", client="10.0.0.9", query=q) for n, q in enumerate(COMMANDS)]
    uneven = [asked(time, page, "GET", client="10.0.0.9") for time in sorted(times)]
    own = "&CorrelationID=<empty>;&cafeReqId=00000000-0000-0000-0000-0000000000{:02};"
    steady = [asked(f"04:{n:02}:00", page, "GET", client="10.0.0.9", query=own.format(n)) for n in range(25)]
    assert [len(leads(hunted(*rows))) for rows in (changed, uneven, steady)] == [1, 1, 0]


def test_both_rows_of_a_planting_are_cited_across_logs() -> None:
    path = "/aspnet_client/a1b2.aspx"
    files = {
        "W3SVC1/u_ex210303.log": text_log(
            LogKind.IIS, asked("03:00:00", path, "GET", 404), asked("03:30:00", path, "GET", 404)
        ),
        "W3SVC1/u_ex210304.log": text_log(LogKind.IIS, dict(row("2021-03-04 01:00:00", path, client=OTHER))),
    }
    (lead,) = leads(hunt(MemorySource(files), job=Job(logs=LogOptions(alone=True))))
    (finding,) = (each for each in lead.findings if each.rule.id == CHECKED)
    assert "planted between 2021-03-03 03:30:00 and 2021-03-04 01:00:00 UTC" in finding.message
    assert finding.facts["missed_before"] == 2
    cited = [(each.path, each.line) for each in finding.evidence]
    assert [path for path, _ in cited] == ["W3SVC1/u_ex210303.log", "W3SVC1/u_ex210304.log"]
    rows = [files[path].splitlines()[line - 1].split() for path, line in cited]
    assert [(each[1], each[-4]) for each in rows] == [(b"03:30:00", b"404"), (b"01:00:00", b"200")]


def test_logs_of_the_front_end_are_enough() -> None:
    rows = [asked("03:00:00", "/owa/auth/z.aspx", "GET", 404), asked("04:00:00", "/owa/auth/z.aspx")]
    (lead,) = leads(hunted(*rows, kind=LogKind.HTTP_PROXY))
    assert (lead.disposition, reasons(lead)) == (Disposition.SUSPICIOUS, {CHECKED, FOREIGN, USED})


def test_a_page_sends_its_form_to_itself() -> None:
    path = "/aspnet_client/z.aspx"
    own = [asked(f"04:00:0{n}", path, referer=f"https://mail.example.com{path}?a=1") for n in range(3)]
    (lead,) = leads(hunted(*own))
    assert USED in reasons(lead)


def test_a_scanner_hides_no_planted_page() -> None:
    names = [asked("02:00:00", f"/{n}/{n}.aspx", "GET", 404, client=OTHER) for n in range(3_000)]
    rows = [asked("03:00:00", "/owa/auth/z.aspx", "GET", 404), asked("04:00:00", "/owa/auth/z.aspx")]
    (lead,) = leads(hunted(*names, *rows))
    assert CHECKED in reasons(lead)


def test_the_number_of_leads_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages_without_file, "MOST_LEADS", 3)
    rows = [asked(f"04:00:{n:02}", f"/d{n}/img/z.aspx") for n in range(9)]
    assert len(leads(hunted(*rows))) == 3


PUBLISHED = [
    # Rows of published logs of victims, retold: names, methods, states and times, with addresses for examples.
    (
        "ProxyLogon, Volexity and CSS-Exchange, March 2021",
        [
            *(asked(f"06:1{n}:00", "/aspnet_client/supp0rt.aspx", agent="antSword/v2.1") for n in range(3)),
            asked("06:20:00", "/aspnet_client/discover.aspx", agent="ExchangeServicesClient/0.0.0.0"),
        ],
        {
            "/aspnet_client/supp0rt.aspx": ("06:10:00", "06:12:00"),
            "/aspnet_client/discover.aspx": ("06:20:00", "06:20:00"),
        },
    ),
    (
        "m365internals.com, Hunting in On-Premises Exchange Server logs, 2022-10-07",
        [
            asked(
                time,
                "/aspnet_netclient/4_0_30319/devilzShell.aspx",
                "GET",
                query="cmd=dsquery",
                referer="https://198.51.100.161/aspnet_netclient/4_0_30319/devilzShell.aspx?cmd=nltest",
            )
            for time in ("18:40:01", "18:51:06")
        ],
        {"/aspnet_netclient/4_0_30319/devilzShell.aspx": ("18:40:01", "18:51:06")},
    ),
    (
        "ProxyNotShell, GTSC, 2022-09-28",
        [asked("07:00:00", "/owa/auth/pxh4HG1v.ashx"), asked("07:30:00", "/owa/auth/pxh4HG1v.ashx")],
        {"/owa/auth/pxh4HG1v.ashx": ("07:00:00", "07:30:00")},
    ),
    (
        "ToolShell, Eye Security and Microsoft, July 2025",
        [
            asked("18:06:00", "/_layouts/15/spinstall0.aspx", "GET"),
            asked("18:07:00", "/_layouts/15/spinstall0.aspx", "GET"),
        ],
        {"/_layouts/15/spinstall0.aspx": ("18:06:00", "18:07:00")},
    ),
]


@pytest.mark.parametrize(("rows", "expected"), [each[1:] for each in PUBLISHED], ids=[each[0] for each in PUBLISHED])
def test_rows_of_published_intrusions_are_leads(rows: Sequence[Row], expected: dict[str, tuple[str, str]]) -> None:
    assert "sc-status" in IIS_FIELDS
    found = {each.subject.path: each for each in leads(hunted(*rows))}
    assert set(found) == set(expected)
    for path, (first, last) in expected.items():
        use = found[path].use
        assert use is not None
        assert use.clients == (INTRUDER,)
        assert (f"{use.first_utc:%H:%M:%S}", f"{use.last_utc:%H:%M:%S}") == (first, last)


@pytest.mark.parametrize("alone", [True, False])
def test_a_page_that_went_is_told_by_the_rows_around(alone: bool) -> None:
    rows = [
        asked(f"0{hour}:00:00", "/aspnet_client/supp0rt.aspx", status=200 if hour < 5 else 404) for hour in range(7)
    ]
    (lead,) = leads(hunted(*rows, alone=alone))
    assert lead.use is not None
    assert (lead.use.last_line, lead.use.gone_line, lead.use.gone_log) == (29, 30, lead.use.last_log)
    assert use_sentence(lead.use).endswith(
        "; removed between 2021-03-03T04:00:00Z (u_ex210303.log, line 29) and "
        "2021-03-03T05:00:00Z (404, u_ex210303.log, line 30), unless the page itself answers so"
    )
    (again,) = leads(hunted(*rows, asked("08:00:00", "/aspnet_client/supp0rt.aspx"), rows[-1], alone=alone))
    assert again.use is not None
    assert again.use.gone_utc is None
