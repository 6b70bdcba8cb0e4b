"""Report: who is accused, and the way to plain data and back."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from tests.builders.hive import build_hive
from tests.reports.cases import full_report, nothing_found
from tests.reports.strategies import reports
from webshellhunt.errors import UsageError, WrongTypeError
from webshellhunt.model.report import InputState, Report
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import hunt
from webshellhunt.sources.memory import MemorySource


@given(reports)
def test_every_report_comes_back(made: Report) -> None:
    again = Report.from_dict(json.loads(json.dumps(made.to_dict())))
    assert again == made
    assert again.run.started_utc == made.run.started_utc
    assert again.to_dict() == made.to_dict()


def test_the_accused_are_suspicious_or_worse() -> None:
    made = full_report()
    assert {v.disposition for v in made.accused} == {Disposition.MALICIOUS, Disposition.SUSPICIOUS}
    assert len(made.accused) < len(made.verdicts)
    assert nothing_found().accused == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"schema_version": 2}, "the report has schema version 2, and this version of webshellhunt reads 1; use the "),
        ({"schema_version": None}, "schema version None"),
        ({"kind": "summary"}, "this is no report; pass the result of Report.to_dict"),
        ({"gaps": 7}, "report.gaps is of type int, not list"),
    ],
)
def test_another_document_is_refused_in_a_sentence(change: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        Report.from_dict({**full_report().to_dict(), **change})


def test_text_is_no_report() -> None:
    with pytest.raises(WrongTypeError, match="takes a dict, not str"):
        Report.from_dict("{}")  # type: ignore[arg-type]


def test_each_repr_is_short() -> None:
    made = full_report()
    shown = [repr(made), *map(repr, made.verdicts), *(repr(f) for v in made.verdicts for f in v.findings)]
    assert max(map(len, shown)) < 200
    assert repr(made).startswith(f"<Report {made.location!r}: ")
    assert repr(made.verdicts[0]).startswith("<Verdict malicious ")
    assert repr(made.verdicts[0].findings[0]).startswith("<Finding WSH")


def test_a_report_of_an_earlier_version_lacks_inputs() -> None:
    data = hunt(MemorySource({"C/Windows/System32/config/SYSTEM": build_hive({}), "x.aspx": b"x"})).to_dict()
    assert data["coverage"].pop("services") == "held"
    for name in ("hives", "tasks", "assemblies"):
        del data["coverage"][name]
    coverage = Report.from_dict(data).coverage
    assert (coverage.hives, coverage.services, coverage.tasks, coverage.assemblies) == (InputState.MISSING,) * 4
