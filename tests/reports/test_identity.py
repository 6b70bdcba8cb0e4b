"""Identifiers are stable, and differ where the subject does."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given

from tests.reports.cases import finding, full_report, report, verdict
from tests.reports.saved import shown
from tests.reports.strategies import hostile
from webshellhunt.model.findings import Span
from webshellhunt.model.verdict import Disposition, SubjectKind
from webshellhunt.reports.identity import finding_id, report_key, stable_id, subject_id
from webshellhunt.reports.printable import decodable

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SUBJECT = verdict(r"C:\inetpub\wwwroot\x.aspx", Disposition.MALICIOUS).subject


@given(hostile, hostile)
def test_an_identifier_is_a_uuid_of_its_texts(one: str, other: str) -> None:
    assert UUID(stable_id(one, other)).version == 5
    assert stable_id(one, other) == stable_id(one, other)


def test_a_subject_is_the_same_in_another_copy_and_letter_case() -> None:
    moved = replace(SUBJECT, path=SUBJECT.path.upper(), source_path="/elsewhere/x.aspx", entry_path="e")
    assert subject_id(moved, "EXCH01", "E:/copy") == subject_id(SUBJECT, "exch01", "F:/other")


@pytest.mark.parametrize(
    "change", [{"path": "y.aspx"}, {"sha256": "0" * 64}, {"kind": SubjectKind.TRACE}], ids=["path", "content", "kind"]
)
def test_another_subject_has_another_identifier(change: dict[str, object]) -> None:
    other = replace(SUBJECT, **change)  # type: ignore[arg-type]
    assert subject_id(other, "EXCH01", None) != subject_id(SUBJECT, "EXCH01", None)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("É.aspx", "é.aspx", True),
        ("STRASSE.aspx", "straße.aspx", False),
        ("s.aspx", "\u017f.aspx", False),
        ("k.aspx", "\u212a.aspx", False),
        ("x\udcff.aspx", "X\\xff.aspx", True),  # as a saved report has it
    ],
)
def test_only_what_windows_takes_for_one_name_is_one(one: str, other: str, same: bool) -> None:
    ids = [subject_id(replace(SUBJECT, path=f"C:\\{each}"), "EXCH01", None) for each in (one, other)]
    assert (ids[0] == ids[1]) == same


def test_another_host_has_another_identifier() -> None:
    assert subject_id(SUBJECT, "EXCH01", "E:") != subject_id(SUBJECT, "EXCH02", "E:")


@pytest.mark.parametrize("name", [None, ""])
def test_two_hosts_without_a_name_differ_by_their_locations(name: str | None) -> None:
    assert subject_id(SUBJECT, name, "cases/one/C") != subject_id(SUBJECT, name, "cases/two/C")
    assert subject_id(SUBJECT, name, "cases/one/C") == subject_id(SUBJECT, name, "cases\\one\\C\\")
    assert subject_id(SUBJECT, name, "EXCH01") != subject_id(SUBJECT, "EXCH01", "EXCH01")
    assert subject_id(SUBJECT, name, None) == subject_id(SUBJECT, name, "")


@given(hostile, hostile)
def test_a_host_is_the_same_in_a_saved_report(name: str, location: str) -> None:
    saved = subject_id(SUBJECT, decodable(name), decodable(location))
    assert subject_id(SUBJECT, name, location) == saved


def test_what_a_report_says_is_of_its_host_and_location() -> None:
    assert report_key(report(location="E:/")) == report_key(report(location="E:"))
    assert report_key(report(location="E:")) != report_key(report(location="F:"))


def test_a_finding_is_at_its_bytes_of_the_content() -> None:
    [place] = finding().evidence
    one = finding_id(finding(), place, SUBJECT, "EXCH01", None)
    assert one == finding_id(finding(), replace(place, excerpt="the victim's secret"), SUBJECT, "EXCH01", None)
    assert one != finding_id(finding(), replace(place, span=Span(0, 9)), SUBJECT, "EXCH01", None)
    assert one != finding_id(finding(), None, SUBJECT, "EXCH01", None)
    assert one != finding_id(finding(), place, SUBJECT, None, "E:")


def test_a_finding_without_a_known_content_is_the_same_when_lines_move() -> None:
    [place] = finding().evidence
    trace = replace(SUBJECT, sha256=None)
    moved = replace(place, span=Span(0, 9), line=9)
    assert finding_id(finding(), place, trace, None, "E:") == finding_id(finding(), moved, trace, None, "E:")


@pytest.mark.parametrize("form", ["csv", "ecs", "json", "jsonl", "ocsf", "timesketch", "timesketch-csv"])
def test_no_format_has_an_identifier_of_two_hosts_without_a_name(form: str) -> None:
    nameless = replace(full_report(), host=full_report().host._replace(name=None))
    one, other, again = (
        set(_UUID.findall(shown(replace(nameless, location=each), form))) for each in ("E:/one", "E:/two", "E:/one/")
    )
    assert one == again
    assert one
    assert not one & other
