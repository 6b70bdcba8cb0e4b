"""Observables: what belongs to the intruder, never what belongs to the victim."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pivot.cases import demo_case, demo_report, hostile_hosts, judged, report_with
from tests.reports.strategies import hostile
from webshellhunt.model.findings import FactValue
from webshellhunt.model.log_results import Client, Traffic
from webshellhunt.model.places import Url
from webshellhunt.model.report import Report
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Presence, Subject, SubjectKind
from webshellhunt.pivot.case import case_of
from webshellhunt.pivot.observables import (
    COLUMNS,
    FILE,
    Observable,
    ObservableKind,
    cell,
    indicators,
    is_distinctive,
    observables_of,
)
from webshellhunt.saved_reports import SavedReport

PLACE = {ObservableKind.PATH, ObservableKind.FILE_NAME}


def _of(report: Report, kind: ObservableKind) -> list[Observable]:
    return [each for each in observables_of(case_of([SavedReport(report)])) if each.kind is kind]


def test_the_demo_has_both_intruders() -> None:
    found = _of(demo_report(), ObservableKind.ADDRESS)
    assert [each.value for each in found] == ["203.0.113.5", "203.0.113.77"]
    assert [each.value for each in _of(demo_report(), ObservableKind.AGENT)] == ["python-requests/2.25.1"]
    assert len(_of(demo_report(), ObservableKind.SHA256)) == 8
    assert "ProxyLogon" in found[1].about


def _used(page: str, *clients: Client, visited: bool = False) -> Report:
    verdict = judged("request_reaches_eval/vbscript")
    subject = replace(
        verdict.subject, path="C:\\inetpub\\wwwroot\\particular.asp", urls=(Url("https://*/particular.asp"),)
    )
    use = Use(
        9,
        9,
        9,
        None,
        None,
        clients=("203.0.113.7",),
        client_count=1,
        visited=visited,
        agents=("tool/1.0", "Mozilla/5.0"),
    )
    return replace(report_with(replace(verdict, subject=subject, use=use)), traffic=Traffic(clients=clients))


@pytest.mark.parametrize(
    ("presence", "digest", "path", "kinds"),
    [
        (Presence.DELETED, "ab" * 32, r"C:\x\own.asp", {ObservableKind.SHA256, *PLACE}),
        (Presence.PRESENT, "ab" * 32, r"C:\x\own.asp", {ObservableKind.SHA256, *PLACE}),
        (Presence.DELETED, None, r"C:\x\own.asp", PLACE),
        (Presence.PRESENT, None, r"C:\x\Security.evtx", set()),
    ],
)  # fmt: skip
def test_a_trace_of_a_page_has_its_digest_and_path(
    presence: Presence, digest: str | None, path: str, kinds: set[ObservableKind]
) -> None:
    verdict = judged("request_reaches_eval/vbscript")
    subject = Subject(SubjectKind.TRACE, path, presence=presence, sha256=digest)
    found = observables_of(case_of([SavedReport(report_with(replace(verdict, subject=subject)))]))
    assert {each.kind for each in found} == kinds


def test_proxies_own_addresses_and_users_of_other_pages_are_left_out() -> None:
    clients = (
        Client("203.0.113.7", 1, None, None, ("/Particular.asp",)),
        Client("203.0.113.8", 1, None, None, ("/particular.asp",), is_proxy=True),
        Client("10.0.0.8", 1, None, None, ("/particular.asp",)),
        Client("203.0.113.9", 1, None, None, ("/suspicious.asp",)),
    )
    report = _used("/particular.asp", *clients)
    assert [each.value for each in _of(report, ObservableKind.ADDRESS)] == ["203.0.113.7"]
    assert [each.value for each in _of(report, ObservableKind.AGENT)] == ["tool/1.0"]
    assert _of(_used("/particular.asp", *clients, visited=True), ObservableKind.ADDRESS) == []


def test_keys_are_fingerprints_only() -> None:
    verdict = judged("request_reaches_eval/vbscript")
    key = "0123456789ABCDEF" * 4
    facts: dict[str, FactValue] = {"validation_key": key, "machine_key": ("sha256:0123456789ab",), "password": "secret"}
    found = replace(verdict, findings=(replace(verdict.findings[0], facts=facts),))
    values = [each.value for each in _of(report_with(found), ObservableKind.KEY)]
    assert len(values) == 2
    assert "sha256:0123456789ab" in values
    assert not any(key in repr(each) or "secret" in repr(each) for each in observables_of(case_of([])))
    everything = repr(observables_of(case_of([SavedReport(report_with(found))])))
    assert key not in everything
    assert "secret" not in everything


def test_each_value_is_listed_once_with_all_its_times() -> None:
    found = observables_of(demo_case())
    assert len({(each.kind, each.value) for each in found}) == len(found)
    twice = observables_of(case_of([SavedReport(demo_report()), SavedReport(demo_report())]))
    assert [each.value for each in twice] == [each.value for each in found]


@pytest.mark.parametrize(("agent", "distinctive"), [("curl/8", True), ("Mozilla/5.0 x", False), ("-", False)])
def test_a_browser_is_not_distinctive(agent: str, distinctive: bool) -> None:
    assert is_distinctive(agent) is distinctive


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_the_demo_has_a_row_for_each_indicator() -> None:
    product = indicators(demo_case())
    head, *rows = _rows(product.files[FILE])
    assert head == list(COLUMNS)
    assert len(rows) == product.made
    assert all("from the report on demo" in row[-1] for row in rows)
    assert ["ip", "203.0.113.77", "2021-02-28T19:41:09Z", "2021-03-04T01:12:33Z", "high"] in [row[:5] for row in rows]


@pytest.mark.parametrize("text", ["=cmd|' /C x'!A0", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_a_formula_is_a_text(text: str) -> None:
    assert cell(text)[0] in "'\\"


@given(hostile | st.text(max_size=5))
def test_any_cell_is_one_line_without_a_formula(text: str) -> None:
    shown = cell(text)
    assert shown.isprintable()
    assert shown[:1] not in {"=", "+", "-", "@"}


@given(hostile_hosts)
def test_hostile_reports_make_rows_of_six_cells(report: Report) -> None:
    product = indicators(case_of([SavedReport(report)]))
    for text in product.files.values():
        rows = _rows(text)
        assert len(rows) == product.made + 1
        assert all(len(row) == len(COLUMNS) for row in rows)
