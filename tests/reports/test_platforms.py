"""What platforms take of a report: times, grades, names, addresses, techniques, steps, and lines of documents."""

from __future__ import annotations

import ipaddress
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pivot.cases import demo_report
from tests.reports.cases import (
    EVAL,
    KEY_RULE,
    PLACE,
    PUBLIC,
    SECRET,
    SHELL,
    WHEN,
    finding,
    full_report,
    report,
    verdict,
)
from tests.reports.strategies import hostile
from webshellhunt.defang import defang, refang
from webshellhunt.model.findings import Gap
from webshellhunt.model.log_results import Client
from webshellhunt.model.report import AssessmentState, Report, Run, Step
from webshellhunt.model.rules import Rule, Severity
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Disposition, Planting, SubjectKind, Verdict
from webshellhunt.reports.content.subjects import ShownVerdict, Whole
from webshellhunt.reports.options import Options
from webshellhunt.reports.platforms import (
    EPOCH,
    MOST_ITEMS,
    Technique,
    assessment_id,
    client_id,
    compact,
    file_name,
    gap_id,
    hunt_time,
    ip_addresses,
    is_alert,
    is_foreign,
    is_suppressed,
    leading_excerpt,
    list_pieces,
    message_of,
    microseconds,
    milliseconds,
    object_line,
    page_address,
    path_of_file,
    period_of,
    severity_of,
    severity_of_state,
    span_of,
    step_line,
    steps_by_path,
    steps_of,
    tactic_page,
    techniques_of,
    with_offset,
)


@pytest.mark.parametrize("members", [[], ["1"], ["1", "2", "3"]])
def test_the_pieces_are_a_list_of_any_length(members: list[str]) -> None:
    text = "".join(list_pieces(iter(members), "[\n", "\n]\n"))
    assert json.loads(text) == [int(each) for each in members]


def test_the_first_member_is_out_before_the_second_exists() -> None:
    pieces = list_pieces(iter(["1", "2"]), "[", "]")
    assert next(pieces) == "[1"


def test_techniques_have_the_names_of_the_table() -> None:
    rule = replace(EVAL, techniques=("T1505.003", "T1190", "T9999", "T1505.003", "no technique", "T\u0661234"))
    made = verdict("x.aspx", Disposition.MALICIOUS, finding(rule), finding(PLACE))
    web_shell, exploit, unknown = techniques_of(made)
    assert web_shell[:4] == ("T1505", "Server Software Component", "T1505.003", "Web Shell")
    assert [tactic.name for tactic in web_shell.tactics] == ["Persistence"]
    assert tactic_page(web_shell.tactics[0]) == "https://attack.mitre.org/tactics/TA0003/"
    assert web_shell.sub_page == "https://attack.mitre.org/techniques/T1505/003/"
    assert (exploit.name, exploit.sub_page) == ("Exploit Public-Facing Application", "")
    assert unknown == Technique("T9999", "")


def test_a_line_has_sorted_keys_and_no_empty_field() -> None:
    assert object_line({"b": 1, "a": {"d": None, "c": ["", "é"]}, "e": {}}) == '{"a": {"c": ["\\u00e9"]}, "b": 1}\n'


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ({"a": {"b": {"c": []}}}, {}),
        ([None, [], [0]], [[0]]),
        ((1, "x"), [1, "x"]),
        ({"no": False, "zero": 0, "null": 0.0}, {"no": False, "zero": 0, "null": 0.0}),
    ],
)
def test_zero_and_false_are_values(value: object, left: object) -> None:
    assert compact({"value": value, "a": 1}) == ({"value": left, "a": 1} if left else {"a": 1})


NOON = datetime(2021, 3, 3, 12, 0, 0, 1999, tzinfo=UTC)


@pytest.mark.parametrize("when", [NOON, NOON.replace(tzinfo=None), NOON.astimezone(timezone(timedelta(hours=-5)))])
def test_a_time_is_one_number_in_any_zone(when: datetime) -> None:
    assert milliseconds(when) == 1_614_772_800_001
    assert microseconds(when) == 1_614_772_800_001_999
    assert with_offset(when) == "2021-03-03T12:00:00.001999+00:00"


def test_times_before_1970_are_negative_and_none_is_none() -> None:
    assert milliseconds(datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)) == -1000
    assert milliseconds(datetime(1601, 1, 1, tzinfo=UTC)) == -11_644_473_600_000
    assert milliseconds(None) is None


def test_the_time_of_the_hunt_is_its_start() -> None:
    assert hunt_time(report()) == EPOCH
    assert hunt_time(replace(report(), run=Run(started_utc=NOON.replace(tzinfo=None)))) == NOON


def test_a_period_begins_before_it_ends() -> None:
    planted, used = WHEN, WHEN + timedelta(days=3)
    made = replace(verdict(), planting=Planting(planted, "log", "planted"), use=Use(1, 1, 0, used, used))
    assert period_of(made) == (planted, used)
    overwritten = replace(made, planting=Planting(used, "log", "planted"), use=Use(1, 1, 0, planted, planted))
    assert period_of(overwritten) == (planted, used)
    assert period_of(replace(made, use=None)) == (planted, None)
    assert period_of(replace(made, planting=None)) == (None, used)


@pytest.mark.parametrize(
    ("path", "name", "directory", "extension", "drive"),
    [
        (r"C:\inetpub\wwwroot\X.ASPX", "X.ASPX", r"C:\inetpub\wwwroot", "aspx", "C"),
        (r"c:\x.aspx", "x.aspx", "c:\\", "aspx", "C"),
        ("a/b/web.config.bak", "web.config.bak", "a/b", "bak", ""),
        ("a/.htaccess", ".htaccess", "a", "", ""),
        ("x", "x", "", "", ""),
        ("a/", "a/", "a", "", ""),
        ("C:x.aspx", "C:x.aspx", "", "aspx", ""),
        ("", "", "", "", ""),
    ],
)
def test_the_parts_of_a_path(path: str, name: str, directory: str, extension: str, drive: str) -> None:
    assert file_name(path) == (path, name, directory, extension, drive)


@given(hostile)
def test_any_text_has_a_name(path: str) -> None:
    assert bool(file_name(path).name) == bool(path)


@pytest.mark.parametrize(
    ("kind", "path", "file"),
    [
        (SubjectKind.FILE, "x.aspx", "x.aspx"),
        (SubjectKind.TRACE, r"C:\gone.aspx", r"C:\gone.aspx"),
        (SubjectKind.TRACE, "ProxyLogon (requests in the logs)", ""),
        (SubjectKind.REGISTRATION, r"C:\a.config (module X)", r"C:\a.config"),
    ],
)
def test_the_file_of_a_verdict(kind: SubjectKind, path: str, file: str) -> None:
    made = verdict(path, Disposition.MALICIOUS, finding(path=r"C:\a.config"))
    assert path_of_file(replace(made, subject=replace(made.subject, kind=kind))) == file


def test_an_element_without_evidence_has_its_own_path() -> None:
    made = verdict("a (module X)")
    assert path_of_file(replace(made, subject=replace(made.subject, kind=SubjectKind.REGISTRATION))) == "a (module X)"


@pytest.mark.parametrize(
    ("disposition", "rule", "severity"),
    [
        (Disposition.MALICIOUS, EVAL, Severity.CRITICAL),
        (Disposition.MALICIOUS, KEY_RULE, Severity.HIGH),
        (Disposition.SUSPICIOUS, EVAL, Severity.HIGH),
        (Disposition.SUSPICIOUS, PLACE, Severity.HIGH),
        (Disposition.SUSPICIOUS, PUBLIC, Severity.MEDIUM),
        (Disposition.SUSPICIOUS, KEY_RULE, Severity.MEDIUM),
        (Disposition.UNEXPLAINED, EVAL, Severity.LOW),
        (Disposition.BENIGN, KEY_RULE, Severity.INFO),
        (Disposition.KNOWN_GOOD, EVAL, Severity.INFO),
    ],
)
def test_the_disposition_bounds_the_severity(disposition: Disposition, rule: Rule, severity: Severity) -> None:
    made = verdict("x.aspx", disposition, finding(rule))
    assert severity_of(made) is severity
    assert is_alert(made) == (disposition >= Disposition.SUSPICIOUS)


def test_a_verdict_without_findings_has_a_severity() -> None:
    assert severity_of(verdict("x.aspx", Disposition.MALICIOUS)) is Severity.HIGH


def test_an_accusation_that_the_user_overrides_is_suppressed() -> None:
    made = verdict("x.aspx", Disposition.KNOWN_GOOD, finding())
    assert not is_suppressed(made)
    assert is_suppressed(replace(made, otherwise=Disposition.MALICIOUS))
    assert not is_suppressed(replace(made, disposition=Disposition.MALICIOUS, otherwise=Disposition.SUSPICIOUS))


def test_each_state_has_a_severity() -> None:
    assert severity_of_state(AssessmentState.BACKDOORED_DESPITE_PATCH) is Severity.CRITICAL
    assert severity_of_state(AssessmentState.NOTHING_FOUND) is Severity.INFO
    assert all(isinstance(severity_of_state(state), Severity) for state in AssessmentState)


GAP = Gap("unreadable", "walk", "C:\\x", "denied")


CLIENT = Client("203.0.113.5", 1, WHEN, WHEN, ())


def ids(made: Report) -> set[str]:
    """Return the identifiers of a report's parts."""
    return {assessment_id(made), gap_id(GAP, made), gap_id(replace(GAP, path="C:\\y"), made), client_id(CLIENT, made)}


def test_they_are_those_of_a_host_in_a_location() -> None:
    """Two disks of a host have each their gaps: the assessment of one must not replace that of the other."""
    made = full_report()
    assert len(ids(made)) == 4
    assert not ids(made) & ids(replace(made, location="elsewhere"))
    assert ids(made) == ids(replace(made, location=f"{made.location}/"))
    assert ids(made) == ids(replace(made, host=made.host._replace(name="exch01")))
    assert not ids(made) & ids(replace(made, host=made.host._replace(name="EXCH02")))
    assert not ids(made) & ids(replace(made, host=made.host._replace(name=None)))


def test_it_is_defanged_unless_it_is_wanted_raw() -> None:
    made = verdict("x.aspx", Disposition.MALICIOUS, finding(KEY_RULE, excerpt="other"), finding())
    inert = leading_excerpt(ShownVerdict(made))
    assert inert.replace("<·%", "<%").replace("·", "") == defang(SHELL.encode()).replace("·", "")
    assert "<%" not in inert
    assert refang(inert) == SHELL.encode()
    assert leading_excerpt(shown_with(made, raw_excerpts=True)) == SHELL


def shown_with(made: Verdict, *, raw_excerpts: bool = False, show_secrets: bool = False) -> ShownVerdict:
    return ShownVerdict(made, Whole(Options(raw_excerpts=raw_excerpts, show_secrets=show_secrets)))


def test_it_has_no_secret_of_the_victim() -> None:
    key = finding(KEY_RULE, f"the key {SECRET}", f'validationKey="{SECRET}"', "web.config", {"machine_key": SECRET})
    made = verdict("web.config", Disposition.SUSPICIOUS, key)
    assert SECRET not in leading_excerpt(shown_with(made, raw_excerpts=True))
    assert SECRET in leading_excerpt(shown_with(made, raw_excerpts=True, show_secrets=True))


def test_there_may_be_none() -> None:
    assert leading_excerpt(ShownVerdict(verdict("x.aspx"))) == ""
    assert (
        leading_excerpt(ShownVerdict(verdict("x.aspx", Disposition.MALICIOUS, replace(finding(), evidence=())))) == ""
    )


def test_it_says_what_the_subject_is() -> None:
    made = verdict("C:\\\udcff.aspx", Disposition.MALICIOUS, finding())
    assert message_of(ShownVerdict(made)).startswith("malicious: C:\\\\xff.aspx: web shell")
    assert message_of(ShownVerdict(verdict("x.aspx", Disposition.BENIGN))).startswith("benign: x.aspx: ")


def test_a_message_has_no_secret_of_the_victim() -> None:
    key = finding(KEY_RULE, f"the key {SECRET}", facts={"machine_key": SECRET})
    made = verdict("web.config", Disposition.SUSPICIOUS, key)
    assert SECRET not in message_of(ShownVerdict(made))


@pytest.mark.parametrize(
    ("text", "scheme", "host", "port", "path"),
    [
        ("https://*/aspnet_client/x.aspx", "https", "", None, "/aspnet_client/x.aspx"),
        ("https://*:444/x.aspx", "https", "", 444, "/x.aspx"),
        ("http://mail.example.com/x.aspx", "http", "mail.example.com", None, "/x.aspx"),
        ("http://[2001:db8::1]:81/", "http", "2001:db8::1", 81, "/"),
        ("/owa/auth/x.aspx", "", "", None, "/owa/auth/x.aspx"),
        ("//host/x.aspx", "", "", None, "/x.aspx"),
        ("ftp://host/x", "", "", None, ""),
        ("http://host:99999/", "", "", None, ""),
        ("http://[bad/", "", "", None, ""),
        ("http://a b/", "http", "", None, "/"),
        ("", "", "", None, ""),
    ],
)
def test_the_parts_of_an_address(text: str, scheme: str, host: str, port: int | None, path: str) -> None:
    assert page_address(text) == (text, scheme, host, port, path)


def test_only_ip_addresses_are_taken_and_each_once() -> None:
    texts = ["203.0.113.5", "unknown", "::FFFF:203.0.113.5", "2001:DB8:0::1", "fe80::1%eth0", "203.0.113.5:443", ""]
    assert ip_addresses(texts) == ["203.0.113.5", "2001:db8::1", "fe80::1"]


@given(st.lists(hostile))
def test_hostile_texts_are_no_error(texts: list[str]) -> None:
    assert all(ipaddress.ip_address(each) for each in ip_addresses(texts))
    for text in texts:
        assert page_address(text).text == text
        assert page_address(f"http://{text}").text


def test_a_subject_has_the_steps_that_name_it() -> None:
    made = report()
    steps = (
        Step("First."),
        Step("Remove.", ("C:\\X.aspx", "C:\\web.config, line 3: <a>")),
        Step("Check.", ("c:\\x.aspx",)),
    )
    found = steps_by_path(replace(made, assessment=made.assessment._replace(next_steps=steps)))
    assert steps_of(verdict("C:\\x.aspx"), found) == ("Remove.", "Check.")
    assert steps_of(verdict("C:\\web.config"), found) == ("Remove.",)
    assert steps_of(verdict("C:\\other.aspx"), found) == ()


def test_each_shell_of_the_demo_has_a_step() -> None:
    made = demo_report()
    steps = steps_by_path(made)
    assert all(steps_of(each, steps) for each in made.verdicts if each.disposition.label == "malicious")


def test_a_step_with_many_items_names_the_first() -> None:
    assert step_line(Step("Remove.", ("a", "b"))) == "Remove. a; b"
    line = step_line(Step("Remove.", tuple(map(str, range(MOST_ITEMS + 1_500)))))
    assert line.endswith(f"; {MOST_ITEMS - 1}; and 1,500 more")


def test_a_period_is_in_order_and_may_be_unknown() -> None:
    early, late = datetime(2021, 3, 3, tzinfo=UTC), datetime(2021, 3, 4)
    assert span_of([late, None, early]) == (early, late.replace(tzinfo=UTC))
    assert span_of([None]) is None


@pytest.mark.parametrize(
    ("address", "foreign"),
    [
        *((each, True) for each in ("203.0.113.7", "2001:db8::1", "::ffff:203.0.113.7")),
        *((each, False) for each in ("10.1.2.3", "192.168.0.9", "127.0.0.1", "100.64.0.1", "169.254.1.1")),
        *((each, False) for each in ("fd00::1", "fe80::1%3", "::ffff:10.0.0.1", "::1", "x", "")),
    ],
)
def test_private_addresses_are_the_victims(address: str, foreign: bool) -> None:
    assert is_foreign(address) is foreign
