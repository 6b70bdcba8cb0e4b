"""Programs that a library starts by itself."""

from __future__ import annotations

import pytest

from tests.builders.compiled import findings_of
from tests.persistence.rows_compiled import boot, handler, starts
from webshellhunt.model.rules import Confidence


def test_the_message_says_when_it_runs_and_what_it_starts() -> None:
    (finding,) = findings_of("WSH5006", boot(starts('"cmd.exe", "/c x"')))
    assert "at each start of the application without any configuration (P.Boot.Go)" in finding.message
    assert "starts a program: cmd.exe /c x (the command interpreter of Windows)" in finding.message
    assert finding.facts["when"] == "start"
    assert finding.confidence is Confidence.HIGH


@pytest.mark.parametrize(
    ("program", "count"), [("C:\\\\Tool\\\\t.exe", 0), ("C:\\\\PerfLogs\\\\t.exe", 1), ("cmd.exe", 1)]
)
def test_at_requests_only_an_odd_program_counts(program: str, count: int) -> None:
    assert len(findings_of("WSH5006", handler(starts(f'"{program}"')))) == count


def test_an_ordinary_program_is_less_sure() -> None:
    (finding,) = findings_of("WSH5006", boot(starts('"x.exe"')))
    assert finding.confidence is Confidence.MEDIUM
