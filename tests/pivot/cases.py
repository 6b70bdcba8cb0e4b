"""Cases for tests of pivot: the demo's report, fixtures, and reports whose every text is hostile."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from hypothesis import strategies as st

from tests.reports.strategies import hostile, reports, traffics, uses
from webshellhunt.defang import Fixture, load_fixture
from webshellhunt.model.findings import Evidence, Finding, Span
from webshellhunt.model.places import Url
from webshellhunt.model.report import Assessment, AssessmentState, Coverage, Host, Report, Run
from webshellhunt.model.rules import Confidence, Rule, Severity
from webshellhunt.model.verdict import Disposition, Subject, SubjectKind, Verdict
from webshellhunt.pipeline import examine, hunt
from webshellhunt.pivot.case import Case, case_of
from webshellhunt.saved_reports import SavedReport
from webshellhunt.selftest.demo import demo_source

FIXTURES = Path(__file__).parents[2] / "fixtures"
WHEN = datetime(2026, 11, 27, 12, tzinfo=UTC)


@lru_cache(maxsize=1)
def demo_report() -> Report:
    """Return the report of the demo."""
    with demo_source() as source:
        return replace(hunt(source), run=Run(started_utc=WHEN, version="0.1.0"))


def demo_case() -> Case:
    """Return the case of the demo."""
    return case_of([SavedReport(demo_report())])


def report_with(*verdicts: Verdict, host: str | None = None) -> Report:
    """Return a report with these verdicts."""
    assessment = Assessment(AssessmentState.BACKDOORED, "backdoored")
    return Report(
        "E:/x", Host(name=host), (), verdicts, (), Coverage(), assessment, run=Run(started_utc=WHEN, version="0.1.0")
    )


def case_with(*verdicts: Verdict, contents: dict[str, bytes] | None = None, host: str | None = None) -> Case:
    """Return the case of a report with these verdicts; ``contents`` are the files by path."""
    files = contents or {}
    return case_of([SavedReport(report_with(*verdicts, host=host))], lambda verdict: files.get(verdict.subject.path))


def fixture(name: str) -> Fixture:
    """Return a fixture by its path below ``fixtures`` without its suffix."""
    return load_fixture(FIXTURES / f"{name}.defanged")


def judged(name: str) -> Verdict:
    """Return the verdict on a fixture."""
    each = fixture(name)
    return examine(each.data, path=each.path)


def convicted(report: Report) -> Report:
    """Return a report in which each verdict is malicious."""
    return replace(report, verdicts=tuple(replace(each, disposition=Disposition.MALICIOUS) for each in report.verdicts))


hostile_reports: st.SearchStrategy[Report] = reports.map(convicted)


_PIECES = st.sampled_from(
    [
        *("request", "Request", "eval", "ex\u00e9cute", "longidentifier", "another_Name9", "0x41", "a" * 40),
        *"()\"'[]{}\\/$^*+?.| \t<%>;&-#\n\r\x00\u202e\udc80",
        *("sha256:0123456789ab", "//", "/*", "*/"),
    ]
)
hostile_code = st.lists(_PIECES | hostile, max_size=60).map("".join)


@st.composite
def hostile_shells(draw: st.DrawFn) -> Verdict:
    """Return a convicted file whose path, addresses, code and facts are hostile."""
    tail = draw(hostile)
    path = (
        draw(st.sampled_from(["C:\\inetpub\\", "", "\\\\server\\", "C:/"]))
        + tail
        + draw(st.sampled_from(["", ".aspx"]))
    )
    code = draw(st.lists(hostile_code, min_size=1, max_size=6))
    start = draw(st.sampled_from(["", "Request particularName_1 secondParticularName thirdParticularName "]))
    evidence = tuple(Evidence(path, "text", Span(0, 1), 1, 1, start + each) for each in code)
    facts = {
        "request_key": draw(hostile | st.sampled_from(["key", "=x"])),
        "machine_key": draw(hostile),
        "server": tail,
    }
    rule = Rule(
        id="WSH1001", slug=draw(hostile), title=draw(hostile), severity=Severity.CRITICAL, confidence=Confidence.HIGH
    )
    finding = Finding(rule, draw(hostile), rule.severity, rule.confidence, evidence, facts)
    address = draw(st.sampled_from(["https://*/x/", "/x/", ""])) + draw(hostile)
    subject = Subject(
        SubjectKind.FILE, path, sha256=draw(st.sampled_from(["ab" * 32, None])), executable=True, urls=(Url(address),)
    )
    return Verdict(subject, Disposition.MALICIOUS, findings=(finding,), use=draw(st.none() | uses))


hostile_hosts: st.SearchStrategy[Report] = st.builds(
    lambda shells, traffic, location: replace(report_with(*shells), location=location, traffic=traffic),
    st.lists(hostile_shells(), min_size=1, max_size=3),
    st.none() | traffics,
    hostile,
)
