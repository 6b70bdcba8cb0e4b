"""One artifact examined: pure, fenced, and honest about what was not read."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.inert import live
from tests.builders.mutants import fewer
from tests.builders.tasks import task_file
from webshellhunt.detectors import detectors_on
from webshellhunt.detectors.contract import Detector, claim, define_rule
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.model.artifact import Artifact, Timestamps
from webshellhunt.model.findings import Evidence, Finding, Span
from webshellhunt.model.limits import Job, Limits
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Examination
from webshellhunt.scan import tools
from webshellhunt.scan.scanner import FINDINGS_PER_VIEW, examine_artifact, examine_batch, examine_bytes
from webshellhunt.scan.tools import compiled
from webshellhunt.sources.memory import MemorySource
from webshellhunt.views.sample import Code, Layer, Sample

SHELL = live('<·%@ Page Language="Jscript"%·>\n<·%ev·al(Req·uest.Item["k"],"uns·afe");%·>\n').encode()
RULE = define_rule("made_up", "WSH1999", "low", "low", page="It is made up.")


def artifact(path: str = "x.aspx", size: int = 0) -> Artifact:
    return Artifact(path, path, Role.GIVEN, size)


def examined(data: bytes, path: str = "x.aspx", job: Job | None = None) -> Examination:
    return examine_bytes(data, artifact(path, len(data)), job or Job())


def ids(result: Examination) -> set[str]:
    return {finding.rule.id for finding in result.findings}


@pytest.fixture
def with_detector(
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Callable[[type, Callable[..., Iterator[Finding]]], None]]:
    """Give a function that adds a detector to those that a job loads."""
    added = list[Detector]()

    def add(view: type, find: Callable[..., Iterator[Finding]]) -> None:
        added.insert(0, Detector(RULE, view, find))
        compiled.cache_clear()

    def on(view: type) -> tuple[Detector, ...]:
        return (*(each for each in added if each.on is view), *detectors_on(view))

    monkeypatch.setattr(tools, "detectors_on", on)
    yield add
    compiled.cache_clear()


def crash(*_: object) -> Iterator[Finding]:
    raise ZeroDivisionError("on purpose")
    yield  # type: ignore[unreachable]


def test_a_shell_is_found() -> None:
    result = examined(SHELL)
    assert "WSH1001" in ids(result)
    assert result.gaps == ()
    assert result.subject.executable
    assert result.subject.size_bytes == len(SHELL)


@pytest.mark.parametrize(
    ("view", "path", "data", "said"),
    [
        (Sample, "x.aspx", SHELL, "bytes"),
        (Layer, "x.aspx", SHELL, "page"),
        (Code, "x.aspx", SHELL, "code"),
        (Element, "web.config", b"<configuration/>", "configuration"),
    ],
)
def test_a_crashing_detector_is_one_gap_and_nothing_else_is_lost(
    view: type,
    path: str,
    data: bytes,
    said: str,
    with_detector: Callable[[type, Callable[..., Iterator[Finding]]], None],
) -> None:
    before = examined(data, path)
    with_detector(view, crash)
    with_detector(view, crash)
    result = examined(data, path)
    assert result.findings == before.findings
    (gap,) = result.gaps
    assert (gap.code, gap.stage, gap.path, gap.matters) == ("examination-failed", "examine", path, True)
    assert gap.reason == f"its {said} could not be examined (the plug-in {__name__}: ZeroDivisionError: on purpose)"


def test_what_was_yielded_before_a_crash_is_kept(
    with_detector: Callable[[type, Callable[..., Iterator[Finding]]], None],
) -> None:
    def find(sample: Sample) -> Iterator[Finding]:
        yield claim(RULE, "before", Evidence(sample.artifact.path, "raw", Span(0, 1), 1, 1, ""))
        raise RecursionError

    with_detector(Sample, find)
    result = examined(b"text")
    assert [finding.message for finding in result.findings] == ["before"]
    assert len(result.gaps) == 1


def test_a_rule_that_finds_without_end_is_cut(
    with_detector: Callable[[type, Callable[..., Iterator[Finding]]], None],
) -> None:
    def find(sample: Sample) -> Iterator[Finding]:
        number = 0
        while True:
            number += 1
            yield claim(RULE, "again", Evidence(sample.artifact.path, "raw", Span(number, number + 1), 1, 1, ""))

    with_detector(Sample, find)
    assert len(examined(b"text").findings) == FINDINGS_PER_VIEW


def test_the_same_claim_at_the_same_bytes_is_said_once(
    with_detector: Callable[[type, Callable[..., Iterator[Finding]]], None],
) -> None:
    def find(sample: Sample) -> Iterator[Finding]:
        for number in (1, 1, 2):
            yield claim(RULE, "here", Evidence(sample.artifact.path, "raw", Span(number, 9), 1, 1, ""))

    with_detector(Sample, find)
    assert [f.evidence[0].span.start for f in examined(b"text").findings] == [1, 2]


def test_an_interrupt_is_no_crash_of_a_detector(
    with_detector: Callable[[type, Callable[..., Iterator[Finding]]], None],
) -> None:
    def find(_: Sample) -> Iterator[Finding]:
        raise KeyboardInterrupt
        yield  # type: ignore[unreachable]

    with_detector(Sample, find)
    with pytest.raises(KeyboardInterrupt):
        examined(b"text")


def test_a_view_that_cannot_be_built_is_one_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> object:
        raise MemoryError

    expected = {rule for rule in ids(examined(SHELL)) if rule.startswith("WSH9")}
    monkeypatch.setattr("webshellhunt.lang.unit.build_unit", broken)
    result = examined(SHELL)
    assert [gap.reason for gap in result.gaps] == [
        "its code could not be examined (it needs more memory than this process may have)"
    ]
    assert expected <= ids(result)


@pytest.mark.parametrize("path", ["x.asp", "x.aspx"])
def test_rules_are_asked_where_nobody_can_tell_what_the_code_does(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> object:
        raise MemoryError

    expected = {rule for rule in ids(examined(SHELL, path)) if rule.startswith("WSH9")}
    monkeypatch.setattr("webshellhunt.analysis.prefilter.is_relevant", broken)
    monkeypatch.setattr("webshellhunt.views.layer.parse", broken)
    result = examined(SHELL, path)
    assert expected
    assert expected <= ids(result)


def test_rules_are_asked_of_a_library_that_nobody_reads_as_text() -> None:
    data = b"MZ" + b"\0" * 58 + b"\x40\0\0\0PE\0\0" + live('<·%ev·al(Req·uest.Item["k"],"uns·afe");%·>').encode()
    loaded = artifact("bin/x.dll", len(data))._replace(role=Role.BIN)
    assert Sample(loaded, data).layers == ()
    assert any(rule.startswith("WSH9") for rule in ids(examine_bytes(data, loaded, Job())))


def test_rules_are_asked_of_a_script_that_stands_in_no_page() -> None:
    component = live(
        '<?xml version="1.0"?><component><script language="VBScript">exec·ute(Req·uest("x"))</script></component>'
    )
    assert "WSH9306" in ids(examined(component.encode(), "x.wsc", Job(detectors=False)))


def test_what_a_page_puts_together_of_another_language_is_shown_to_the_rules_about_that() -> None:
    text = live('<·% t.Write "<"&"?p"&"hp ev"&"al($_PO"&"ST[1]); ?"&">" : Execute x %·>')
    assert "WSH9601" in ids(examined(text.encode(), "x.asp", Job(detectors=False)))


@pytest.mark.parametrize("data", [b"<configuration>", b"\xff\xfe\x00", b"<!DOCTYPE a><configuration/>"])
def test_a_broken_configuration_is_looked_at_as_far_as_it_goes(data: bytes) -> None:
    result = examined(data, "web.config")
    assert result.gaps == ()  # That it is not in force is for the walk to tell, once.


def test_code_that_asks_for_too_much_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webshellhunt.analysis.dotnet.STEPS", 1)
    (gap,) = examined(SHELL).gaps
    assert (gap.code, gap.matters) == ("exhausted", True)


def test_php_that_asks_for_too_much_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webshellhunt.analysis.php.STEPS", 1)
    (gap,) = examined(live("<·?php $a = $_PO·ST['x']; $b = $a; ev·al($b);").encode(), "x.php").gaps
    assert (gap.code, gap.reason.count("PHP")) == ("exhausted", 1)


def test_work_given_up_matters_only_where_a_server_may_run_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webshellhunt.analysis.dotnet.STEPS", 1)
    (gap,) = examined(SHELL, "notes.txt").gaps
    assert (gap.code, gap.matters) == ("exhausted", False)


# Signatures ---------------------------------------------------------------------------------------------------------


def signatures_of(result: Examination) -> list[tuple[str, str]]:
    return [(f.rule.id, f.evidence[0].layer) for f in result.findings if f.rule.id.startswith("WSH9")]


def test_a_signature_on_bytes_and_text_is_told_once() -> None:
    plain, marked = signatures_of(examined(SHELL)), signatures_of(examined(b"\xef\xbb\xbf" + SHELL))
    assert plain
    assert plain == marked
    assert len({rule for rule, _ in plain}) == len(plain)
    assert {layer for _, layer in plain} == {"raw"}


def test_a_signature_is_found_in_the_decoded_text_and_leads_back_to_the_bytes() -> None:
    data = b"\xff\xfe" + SHELL.decode().encode("utf-16-le")
    job = Job(detectors=False)
    result = examined(data, job=job)
    told = signatures_of(result)
    assert told
    assert len({rule for rule, _ in told}) == len(told)
    evidence = next(f.evidence[0] for f in result.findings if f.evidence[0].layer == "text")
    assert evidence.excerpt in SHELL.decode()
    assert (evidence.span.start - 2) % 2 == 0
    assert evidence.span.end <= len(data)


def test_either_side_can_be_measured_alone() -> None:
    assert {rule[:4] for rule in ids(examined(SHELL, job=Job(detectors=False)))} == {"WSH9"}
    both = ids(examined(SHELL))
    assert ids(examined(SHELL, job=Job(detectors=False))) < both


# Reading ------------------------------------------------------------------------------------------------------------


def test_a_file_that_cannot_be_read_is_a_gap() -> None:
    source = MemorySource({"x.aspx": SHELL, "x.txt": b""}, unreadable=["x.aspx", "x.txt"])
    page = examine_artifact(source, Job(), artifact("x.aspx"))
    assert page.findings == ()
    assert page.subject.sha256 is None
    (gap,) = page.gaps
    assert (gap.code, gap.stage, gap.path, gap.matters) == ("unreadable", "examine", "x.aspx", True)
    assert "permission denied" in gap.reason
    (gap,) = examine_artifact(source, Job(), artifact("x.txt")).gaps
    assert not gap.matters


def test_a_file_that_has_vanished_is_a_gap() -> None:
    (gap,) = examine_artifact(MemorySource({}), Job(), artifact("gone.aspx")).gaps
    assert gap.code == "unreadable"


def test_of_a_file_that_is_too_large_the_first_part_is_examined() -> None:
    data = SHELL + b" " * 5_000
    job = Job(limits=Limits(file_bytes=1_000))
    result = examine_artifact(MemorySource({"x.aspx": data}), job, artifact("x.aspx", len(data)))
    assert "WSH1001" in ids(result)
    (gap,) = result.gaps
    assert (gap.code, gap.matters) == ("too-large", True)


@pytest.mark.parametrize("path", ["x.aspx", "x.txt"])
def test_text_that_was_not_read_is_told_where_it_would_run(path: str) -> None:
    data = b" " * 5_000 + SHELL
    result = examined(data, path, Job(limits=Limits(text_bytes=1_000)))
    assert "WSH1001" not in ids(result)
    assert any(rule.startswith("WSH9") for rule in ids(result))
    assert [(gap.code, gap.matters) for gap in result.gaps] == ([("too-large", True)] if path == "x.aspx" else [])


@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
def test_a_scheduled_task_that_was_cut_off_is_judged_and_is_a_gap(codec: str) -> None:
    whole = task_file("C:\\Users\\Public\\u.exe").decode("utf-16")
    path = "C/Windows/System32/Tasks/U"
    assert examined(whole.encode(codec), path).gaps == ()
    cut = examined(whole.partition("</Command>")[0].encode(codec), path)
    assert "WSH4018" in ids(cut)
    assert [(gap.code, gap.matters) for gap in cut.gaps] == [("task-broken", True)]
    assert [gap.code for gap in examined(b"no task", path).gaps] == ["task-broken"]
    assert examined(b"no task", "C/Windows/Tasks/desktop.ini").gaps == ()


def test_a_batch_keeps_its_order() -> None:
    names = ["b.aspx", "a.aspx", "c.aspx"]
    source = MemorySource(dict.fromkeys(names, SHELL))
    batch = examine_batch(source, Job(), [artifact(name) for name in names])
    assert [outcome.findings[0].evidence[0].path for outcome in batch] == names


@pytest.mark.parametrize("name", ["x.aspx", "x.js", "gone.aspx"])
def test_an_outcome_makes_the_examination_of_its_artifact_again(name: str) -> None:
    times = Timestamps(datetime(2021, 3, 3, tzinfo=UTC), original=True)
    found = artifact(name)._replace(times=times, source_path=f"/evidence/{name}")
    source = MemorySource({"x.aspx": SHELL, "x.js": SHELL})
    (outcome,) = examine_batch(source, Job(), [found])
    assert outcome.of(found) == examine_artifact(source, Job(), found)
    assert pickle.loads(pickle.dumps(outcome)) == outcome


# Purity -------------------------------------------------------------------------------------------------------------


@fewer(2)
@given(st.binary(max_size=200), st.sampled_from(["x.aspx", "x.asp", "x.ashx", "web.config", "x.png", "x"]))
def test_an_examination_is_pure_and_pickles(data: bytes, path: str) -> None:
    content = SHELL + data
    first, second = examined(content, path), examined(content, path)
    assert first == second
    assert pickle.loads(pickle.dumps(first)) == first
    assert all(0 <= e.span.start <= e.span.end <= len(content) for f in first.findings for e in f.evidence)


@given(st.binary(max_size=300), st.sampled_from(["x.aspx", "x.asp", "x.ashx", "x.cshtml", "x.asax", "x.js"]))
def test_no_bytes_are_a_gap_by_themselves(data: bytes, path: str) -> None:
    assert examined(data, path).gaps == ()


LOOP = live("""<·%
k = "": For Each c In Array(114, 101, 113): k = k & Chr(c): Next
ex·ec·ute("ev·al(Req·uest(k))")
%·>""")
KEPT = live("""<·% Set d = CreateObject("Scripting.Dictionary"): d.Add "a", "ev·al(Req·uest(""k""))": Call run("a")
Sub run(name): ex·ec·ute(d(name)): End Sub %·>""")
REFLECTED = live("""<·%@ Page Language="C#" %·><·% string n = ""; foreach (char c in "dnammoC") n = c + n;
typeof(string).GetMethod(n).Invoke(null, new object[] { Req·uest["k"] }); %·>""")


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (SHELL, "x.aspx"),
        (LOOP.encode(), "x.asp"),
        (KEPT.encode(), "x.asp"),
        (REFLECTED.encode(), "x.aspx"),
        (b"<html><form><input type=password></form><script>a = { b: 1 }</script></html>", "x.html"),
        (b"<configuration><system.web><compilation debug='true'/></system.web></configuration>", "web.config"),
        (b"MZ" + bytes(200), "x.dll"),
    ],
)
def test_an_examined_file_leaves_no_circle_behind(data: bytes, path: str) -> None:
    examined(data, path)
    gc.collect()
    gc.disable()
    try:
        examined(data, path)
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_jobs_and_artifacts_pickle() -> None:
    job = Job(signature_paths=("a",), limits=Limits(file_bytes=1))
    assert pickle.loads(pickle.dumps(job)) == job
    assert pickle.loads(pickle.dumps(artifact())) == artifact()


MAPPED = live(
    '<configur·ation><system.webServer><handlers><add name="p" path="{}" verb="*" '
    'type="System.Web.UI.Page·HandlerFactory" /></handlers></system.webServer></configuration>'
)


def test_a_configuration_that_is_read_is_judged_by_the_detector_alone() -> None:
    assert ids(examined(MAPPED.format("*.png").encode(), "web.config")) == {"WSH4002"}
    assert ids(examined(MAPPED.format("*.png").encode("utf-16"), "web.config")) == {"WSH4002"}
    commented = MAPPED.format("*.png").replace("<add", "<!-- <add").replace("/>", "/> -->")
    assert ids(examined(commented.encode(), "web.config")) == set()


def test_the_signature_stands_where_a_configuration_is_not_read() -> None:
    broken = MAPPED.format("*.png").replace("<handlers>", "<broken></handlers>").encode()
    assert ids(examined(broken, "web.config")) == {"WSH9402"}
    assert ids(examined(MAPPED.format("*.png").encode(), "web.config.bak")) == {"WSH9402"}
    alone = Job(detectors=False)
    assert ids(examined(MAPPED.format("*.png").encode(), "web.config", alone)) == {"WSH9402"}


@pytest.mark.parametrize(
    ("declared", "runs"),
    [
        ("class A { static void AppInitialize() { %s } }", "at each start of the application (AppInitialize)"),
        ("class A : IHttpModule { void Init(HttpApplication a) { %s } }", "at each request"),
        ("class A : IHttpHandler { void ProcessRequest(HttpContext c) { %s } }", "at requests for the address"),
        ("class A { static A() { %s } }", "where the application uses it"),
    ],
)
def test_a_source_in_app_code_says_when_the_server_runs_it(declared: str, runs: str) -> None:
    code = declared % live(
        'System.Diagnostics.Pro·cess.Sta·rt("cm·d.exe", "/c " + System.Web.HttpContext.Current.Request["c"]);'
    )
    path = "wwwroot/App_Code/a.cs"
    findings = examine_bytes(code.encode(), Artifact(path, path, Role.WWWROOT, len(code)), Job()).findings
    assert findings
    assert all(str(each.facts["runs"]).startswith(runs) for each in findings)
    assert not any(each.message.startswith("the page") for each in findings)


@pytest.mark.parametrize(("role", "severity"), [(Role.WWWROOT, Severity.LOW), (Role.OWA, Severity.HIGH)])
def test_an_upload_in_a_library_of_a_site_says_little(role: Role, severity: Severity) -> None:
    code = live("class A { void Keep(HttpPostedFile f) { f.Save·As(Server.MapPath(Request.Files[0].File·Name)); } }")
    path = "wwwroot/App_Code/a.cs"
    findings = examine_bytes(code.encode(), Artifact(path, path, role, len(code)), Job()).findings
    assert [each.severity for each in findings if each.rule.id == "WSH1004"] == [severity]
