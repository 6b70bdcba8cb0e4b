"""The comparison while reports are written, in each format."""

from __future__ import annotations

import json
from collections.abc import Iterator

import jsonschema
import pytest

from tests.builders.fleet_hosts import page, server
from tests.reports.cases import report
from webshellhunt.fleets import FleetTally
from webshellhunt.model.fleet import Fleet, Unopened
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports import schema
from webshellhunt.reports.fleet_part import FleetPart
from webshellhunt.reports.format_registry import require_format
from webshellhunt.reports.options import Options

TWO = [server(name, [page("C:/x.aspx", 1, Disposition.MALICIOUS)]) for name in ("EXCH01", "EXCH02")]
FLEET = Options(fleet=True)


def written(form: str, reports: list[Report], options: Options = FLEET) -> str:
    return "".join(require_format(form).lines(reports, options))


def test_json_has_the_fleet_after_the_reports() -> None:
    document = json.loads(written("json", TWO))
    jsonschema.Draft202012Validator(schema()).validate(document)
    assert list(document) == ["kind", "schema_version", "reports", "fleet"]
    assert document["fleet"]["sentence"].startswith("2 of 2 hosts have back doors")


@pytest.mark.parametrize("form", ["json", "jsonl", "text"])
def test_who_asks_is_told_of_the_comparison_once(form: str) -> None:
    told: list[Fleet] = []
    assert written(form, TWO, FLEET._replace(on_fleet=told.append)) == written(form, TWO)
    assert [each.sentence.startswith("2 of 2 hosts have back doors") for each in told] == [True]
    written(form, TWO[:1], FLEET._replace(on_fleet=told.append))
    assert len(told) == 1


def test_json_lines_end_with_the_fleet() -> None:
    kinds = [json.loads(line)["kind"] for line in written("jsonl", TWO).splitlines()]
    assert kinds[-2:] == ["summary", "fleet"]
    assert kinds.count("fleet") == 1


def test_the_text_ends_with_the_fleet() -> None:
    before, _, after = written("text", TWO).rpartition("=" * 80)
    assert "All hosts: 2 of 2 hosts have back doors" in after
    assert "All hosts" not in before


def test_the_text_of_a_file_begins_with_the_fleet() -> None:
    first: list[str] = []
    written_later = written("text", TWO, FLEET._replace(first=first))
    assert "".join(first).startswith("All hosts: 2 of 2 hosts have back doors")
    assert "All hosts" not in written_later
    before, _, after = written("text", TWO).rpartition("\n" + "=" * 80 + "\n\n")
    assert (written_later, "".join(first)) == (before, f"{after}\n{'=' * 80}\n\n")


@pytest.mark.parametrize("form", ["json", "jsonl", "text"])
@pytest.mark.parametrize("reports", [[], TWO[:1]])
def test_a_location_that_was_not_opened_is_in_the_report(form: str, reports: list[Report]) -> None:
    unopened = [Unopened(name, f"/e/{name}", f"/e/{name}: it is cut") for name in ("EXCH07", "EXCH08")]
    shown = written(form, reports, FLEET._replace(unopened=unopened))
    assert "/e/EXCH07: it is cut" in shown
    if form == "json":
        document = json.loads(shown)
        jsonschema.Draft202012Validator(schema()).validate(document)
        assert len(document["fleet"]["unopened"]) == 2


@pytest.mark.parametrize("form", ["json", "jsonl", "text"])
@pytest.mark.parametrize("reports", [[], TWO[:1]])
def test_one_report_is_no_fleet(form: str, reports: list[Report]) -> None:
    assert written(form, reports) == written(form, reports, Options())


@pytest.mark.parametrize("form", ["json", "jsonl", "text"])
def test_it_is_not_there_unless_wanted(form: str) -> None:
    assert "fleet" not in written(form, TWO, Options())
    assert "All hosts" not in written(form, TWO, Options())


def test_a_crash_of_the_comparison_loses_no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(FleetTally, "fleet", crash)
    made = json.loads(written("json", TWO))
    assert len(made["reports"]) == 2
    assert made["fleet"]["sentence"] == "The hosts could not be compared."
    assert "a bug" in made["fleet"]["notes"][0]


def test_a_report_that_can_not_be_added_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    add = FleetTally.add

    def crash(tally: FleetTally, made: Report) -> None:
        if made.location == "bad":
            raise RuntimeError("a bug")
        add(tally, made)

    monkeypatch.setattr(FleetTally, "add", crash)
    part = FleetPart(FLEET)
    assert len(list(part.through([*TWO, report(location="bad")]))) == 3
    made = part.fleet()
    assert made is not None
    assert any("bad" in note for note in made.notes)


def test_a_report_passes_before_the_next_is_made() -> None:
    passed: list[str] = []

    def come() -> Iterator[Report]:
        yield TWO[0]
        assert passed == ["EXCH01"]
        yield TWO[1]

    for each in FleetPart(FLEET).through(come()):
        passed += [each.location]
