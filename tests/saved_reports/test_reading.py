"""Saved reports are read back: JSON, JSON Lines and the plain form; anything else is one clear sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pivot.cases import demo_report
from tests.reports.cases import SECRET, finding, full_report, verdict
from tests.reports.cases import report as case
from tests.reports.strategies import reports
from webshellhunt.errors import UsageError
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports import render
from webshellhunt.saved_reports import (
    SavedFile,
    SavedReport,
    iter_file,
    parse_file,
    parse_reports,
    read_file,
    read_reports,
    reading,
)
from webshellhunt.saved_reports.reading import check_values


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_the_demo_comes_back_and_renders_the_same(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"report.{form}"
    path.write_text(render(demo_report(), form), encoding="utf-8")
    [saved] = read_reports(path)
    assert saved.report.run.version
    assert saved.report.location == "demo"
    assert render(saved.report, form) == render(demo_report(), form)


@given(reports, st.booleans(), st.booleans(), st.sampled_from(["json", "jsonl"]))
def test_any_report_renders_the_same_when_it_comes_back(report: Report, raw: bool, secrets: bool, form: str) -> None:
    text = render(report, form, show_all=True, raw_excerpts=raw, show_secrets=secrets)
    saved = [each.report for each in parse_reports(text.encode())]
    assert render(saved, form, show_all=True, raw_excerpts=raw, show_secrets=secrets) == text
    hidden = render(saved, form, show_all=True, raw_excerpts=raw)
    again = [each.report for each in parse_reports(hidden.encode())]
    for shown in (False, True):
        assert render(again, form, show_all=True, raw_excerpts=raw, show_secrets=shown) == hidden


def test_secrets_that_were_saved_are_hidden_later() -> None:
    report = case(verdict("web.config", Disposition.MALICIOUS, finding(facts={"password": SECRET})))
    [saved] = parse_reports(render(report, "json", show_secrets=True).encode())
    assert SECRET in render(saved.report, "json", show_secrets=True)
    assert render(saved.report, "json") == render(report, "json")


def test_the_plain_form_is_equal() -> None:
    [saved] = parse_reports(json.dumps(demo_report().to_dict()).encode())
    assert saved.report == demo_report()


def test_each_location_is_a_report() -> None:
    text = render(demo_report(), "jsonl")
    assert [each.report.location for each in parse_reports((text + text).encode())] == ["demo", "demo"]


def test_what_powershell_redirects_is_read() -> None:
    [saved] = parse_reports(render(demo_report(), "json").encode("utf-16"))
    assert saved.report.location == "demo"


def _complaint(content: bytes) -> str:
    with pytest.raises(UsageError) as caught:
        parse_reports(content)
    return str(caught.value)


def test_a_truncated_file_is_said_to_be_one() -> None:
    document, lines = render(demo_report(), "json").encode(), render(demo_report(), "jsonl").encode()
    assert "truncated" in _complaint(document[: len(document) // 2])
    assert "truncated" in _complaint(lines[: len(lines) // 2])
    assert "without its summary" in _complaint(lines[: lines.rindex(b"\n", 0, -1) + 1])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"[1]", "no report of webshellhunt"),
        (b'{"kind": "other"}', "kind is 'other'"),
        (b'{"kind": "reports", "schema_version": 2, "reports": []}', "schema version 2"),
        (b'{"kind": "reports", "schema_version": true, "reports": []}', "schema version True"),
        (b'{"kind": "reports", "schema_version": 1}', "no list 'reports'"),
        (b'{"kind": "reports", "schema_version": 1, "reports": [{}]}', "lacks its verdicts"),
        (b'{"kind": "verdict", "schema_version": 1}', "without its summary"),
        (b'{"kind": "summary", "schema_version": 1}', "host is no object"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"kind": NaN}', "number NaN"),
        (b"\xff\xfe\xff", "not UTF-8"),
        (b"\x80", "not UTF-8"),
        (b'{"kind": "reports", "schema_version": ' + b"9" * 5000 + b"}", "no report"),
    ],
)
def test_another_file_is_one_sentence(content: bytes, words: str) -> None:
    assert words in _complaint(content)


def test_a_wrong_field_is_named() -> None:
    records = [json.loads(line) for line in render(demo_report(), "jsonl").splitlines()]
    records[0]["size_bytes"] = "many"
    complaint = _complaint("\n".join(map(json.dumps, records)).encode())
    assert "verdict 1.subject.size_bytes is of type str" in complaint
    assert "damaged" in complaint


def test_a_missing_file_a_folder_and_a_large_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (tmp_path / "missing.json", tmp_path):
        with pytest.raises(UsageError, match=r"can't be read|no regular file"):
            read_reports(path)
    monkeypatch.setattr(reading, "MOST_BYTES", 3)
    (tmp_path / "x.json").write_bytes(b"    ")
    with pytest.raises(UsageError, match="more than 3 bytes"):
        read_reports(tmp_path / "x.json")


@pytest.mark.parametrize("value", ["{}", "[]", "1"])
def test_a_file_of_countless_small_values_is_not_parsed(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each needs some 30 times its size in memory."""
    content = f'{{"kind": "reports", "schema_version": 1, "reports": [], "x": [{",".join([value] * 1000)}]}}'
    assert parse_reports(content.encode()) == ()
    monkeypatch.setattr(reading, "MOST_VALUES", 1000)
    assert "more than 1,000 values" in _complaint(content.encode())


@given(reports)
def test_any_report_that_is_written_is_read(report: Report) -> None:
    for form in ("json", "jsonl"):
        [saved] = parse_reports(render(report, form).encode())
        assert len(saved.report.gaps) == len(report.gaps)
        assert render(saved.report, form, show_secrets=True) == render(report, form)


@given(st.data())
def test_a_changed_file_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(render(demo_report(), data.draw(st.sampled_from(["json", "jsonl"]))).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(UsageError):
        parse_reports(bytes(content))


Change = Callable[[dict[str, Any]], None]


def complaint(change: Change) -> str:
    """Return what is said of a saved report with a change of its first location."""
    document = json.loads(render(full_report(), "json", show_all=True))
    change(document["reports"][0])
    with pytest.raises(UsageError) as caught:
        parse_reports(json.dumps(document).encode())
    return str(caught.value)


def plain_complaint(change: Change) -> str:
    document = full_report().to_dict()
    change(document)
    with pytest.raises(UsageError) as caught:
        parse_reports(json.dumps(document).encode())
    return str(caught.value)


def test_a_report_of_a_hunt_is_plausible() -> None:
    check_values(demo_report())
    check_values(full_report())


@pytest.mark.parametrize("digest", ["\x1b[2J\u202e", "\ud800", "", "a" * 63, "g" * 64])
def test_a_digest_that_is_none(digest: str) -> None:
    for told in (complaint, plain_complaint):
        said = told(lambda report: _first(report).update(sha256=digest))
        assert said == "'sha256' of verdict 1 is no digest: this report is damaged"


def _first(report: dict[str, Any]) -> dict[str, Any]:
    """Return the record of the first subject, in either form."""
    verdict: dict[str, Any] = report["verdicts"][0]
    subject: dict[str, Any] = verdict.get("subject", verdict)
    return subject


@pytest.mark.parametrize("place", ["build", "fixed_build", "witness"])
def test_a_build_of_thousands_of_digits(place: str) -> None:
    def change(report: dict[str, Any]) -> None:
        state = report["summary"]["patch_state"]
        record = {"build": state, "fixed_build": state["open"][0], "witness": state["witnesses"][0]}[place]
        record["fixed_build" if place == "fixed_build" else "build"] = "9" * 5000

    said = complaint(change)
    assert "has 5,000 characters" in said
    assert len(said) < 200


@pytest.mark.parametrize("time", ["2021-01-01T00:00:00", "9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+14:00"])
def test_a_time_that_is_none_in_utc(time: str) -> None:
    said = complaint(lambda report: report["summary"].update(started_utc=time))
    assert "started_utc" in said
    assert said.endswith("this report is damaged")
    assert "started_utc" in plain_complaint(lambda report: report["run"].update(started_utc=time))


def test_a_number_of_thousands_of_digits() -> None:
    said = complaint(lambda report: report["summary"]["counts"].update(benign=10**4200))
    assert "counts.benign is a number of more than 64 bits" in said


def test_reports_come_one_by_one_until_the_damage(tmp_path: Path) -> None:
    file = tmp_path / "r.jsonl"
    render([replace(full_report(), location=name) for name in "abc"], "jsonl", to=file, fleet=True)
    read = list(iter_file(file))
    assert [each.report.location for each in read[:-1] if isinstance(each, SavedReport)] == ["a", "b", "c"]
    assert read[-1] == read_file(file).fleet
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[: len(lines) // 2]))
    found = iter_file(file)
    first = next(found)
    assert isinstance(first, SavedReport)
    assert first.report == read_file_of(lines).reports[0]
    with pytest.raises(UsageError, match=r"r\.jsonl(:\d+)?: the report ends without its summary"):
        list(found)


def read_file_of(lines: list[str]) -> SavedFile:
    return parse_file("".join(lines).encode())


@pytest.mark.parametrize("form", ["json", "jsonl"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_one_by_one_is_all_at_once(form: str, encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "r"
    file.write_bytes(str(render([full_report(), full_report()], form, fleet=True)).encode(encoding))
    whole = read_file(file)
    assert list(iter_file(file)) == [*whole.saved, whole.fleet]


def test_a_report_of_a_long_file_is_bounded_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "r.jsonl"
    render([full_report()] * 20, "jsonl", to=file)
    size = file.stat().st_size
    monkeypatch.setattr("webshellhunt.saved_reports.reading.MOST_BYTES", size // 10)
    assert len(list(iter_file(file))) == 20
    monkeypatch.setattr("webshellhunt.saved_reports.reading.MOST_BYTES", size // 30)
    with pytest.raises(UsageError):
        list(iter_file(file))
