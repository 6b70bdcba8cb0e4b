"""A text report of a saved report equals the direct one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.mutants import fewer
from tests.pivot.cases import demo_report
from tests.reports.cases import full_report
from tests.reports.strategies import reports
from webshellhunt.model.report import Report
from webshellhunt.reports import render
from webshellhunt.saved_reports import parse_reports, read_reports


def saved(made: Report, tmp_path: Path, *, show_all: bool) -> Report:
    path = tmp_path / "report.json"
    path.write_text(render(made, "json", show_all=show_all), encoding="utf-8")
    return read_reports(path)[0].report


@pytest.mark.parametrize("show_all", [False, True])
@pytest.mark.parametrize("make", [demo_report, full_report])
def test_the_text_of_a_saved_report_is_the_same(make: Callable[[], Report], show_all: bool, tmp_path: Path) -> None:
    made = make()
    again = saved(made, tmp_path, show_all=show_all)
    for width in (None, 60, 140):
        assert render(again, "text", show_all=show_all, width=width) == render(
            made, "text", show_all=show_all, width=width
        )


@fewer(2)
@given(reports, st.booleans())
def test_any_text_of_a_saved_report_is_the_same(made: Report, show_all: bool) -> None:
    text = str(render(made, "json", show_all=show_all))
    (again,) = [each.report for each in parse_reports(text.encode())]
    assert render(again, "text", show_all=show_all) == render(made, "text", show_all=show_all)
