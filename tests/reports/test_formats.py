"""What holds for every format, and the two that tools read."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import jsonschema
import pytest
from hypothesis import given

from tests.builders.mutants import fewer
from tests.reports.cases import full_report, nothing_found, report, verdict
from tests.reports.strategies import reports
from webshellhunt.errors import UsageError
from webshellhunt.model.fleet import Fleet
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports import formats, render, require_format, schema, write
from webshellhunt.reports.options import Options


def shown(made: Report | list[Report], form: str, *, show_all: bool = False) -> str:
    text = render(made, form, show_all=show_all)
    assert text is not None
    return text


def test_each_format_is_a_module_of_the_folder() -> None:
    assert {"json", "jsonl", "text"} <= set(formats())
    assert not {"options", "printable", "records", "rendering", "redaction", "blocks", "rows"} & set(formats())


@pytest.mark.parametrize("name", ["", "xml", "options", "../text", "text.py", "no such"])
def test_an_unknown_format_lists_what_there_is(name: str) -> None:
    with pytest.raises(UsageError, match=", ".join(formats())):
        require_format(name)


@pytest.mark.parametrize("form", formats())
def test_the_same_report_gives_the_same_bytes(form: str) -> None:
    assert shown(full_report(), form) == shown(full_report(), form)
    assert shown(full_report(), form).endswith("\n")


@pytest.mark.parametrize("form", formats())
def test_a_report_is_written_as_soon_as_it_is_there(form: str) -> None:
    """The first report is out before the second one exists."""
    stream = io.StringIO()

    def come() -> Iterator[Report]:
        yield full_report()
        assert "x.aspx" in stream.getvalue()
        yield nothing_found()

    write(come(), require_format(form), stream, Options())


def test_a_json_line_for_each_record() -> None:
    lines = shown(full_report(), "jsonl").splitlines()
    kinds = [json.loads(line)["kind"] for line in lines]
    assert kinds == ["verdict"] * 3 + ["gap"] * 3 + ["summary"]
    assert shown(full_report(), "jsonl").isascii()


def test_json_lines_of_several_locations_follow_each_other() -> None:
    both = shown([report(location="a"), report(verdict(), location="b")], "jsonl").splitlines()
    assert [(r["kind"], r["location"]) for r in map(json.loads, both)] == [
        ("summary", "a"),
        ("verdict", "b"),
        ("summary", "b"),
    ]


def test_a_json_document_has_one_shape_for_any_number_of_locations() -> None:
    for made in ([], [report(location="a")], [report(location="a"), full_report()]):
        document = json.loads(shown(made, "json"))
        assert document["kind"] == "reports"
        assert [each["location"] for each in document["reports"]] == [each.location for each in made]


def test_json_holds_the_records_of_json_lines() -> None:
    [entry] = json.loads(shown(full_report(), "json"))["reports"]
    records = [json.loads(line) for line in shown(full_report(), "jsonl").splitlines()]
    assert [*entry["verdicts"], *entry["gaps"], entry["summary"]] == records


@fewer(2)
@given(reports)
def test_hostile_reports_satisfy_the_schema(made: Report) -> None:
    validator = jsonschema.Draft202012Validator(schema())
    validator.validate(json.loads(shown(made, "json", show_all=True)))
    for line in shown(made, "jsonl", show_all=True).split("\n")[:-1]:
        validator.validate(json.loads(line))


def test_benign_is_listed_only_on_demand() -> None:
    made = report(verdict("quiet.aspx", Disposition.BENIGN))
    for form in formats():
        assert "quiet.aspx" not in shown(made, form)
        assert "quiet.aspx" in shown(made, form, show_all=True)


@pytest.mark.parametrize("form", formats())
def test_the_comparison_of_several_hosts_is_made_for_each_format(form: str) -> None:
    """The command line prints its sentence, also if a format has no place for it."""
    made: list[Fleet] = []
    options = Options(fleet=True, on_fleet=made.append)
    assert list(require_format(form).lines(iter([full_report(), nothing_found()]), options))
    assert len(made) == 1
