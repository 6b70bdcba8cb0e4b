"""Logs with the rows of another log: the longest counts, and only an equal content makes a copy."""

from __future__ import annotations

import pytest

from tests.builders.logs import gzipped, row, text_log
from webshellhunt.model.findings import Gap
from webshellhunt.model.traffic import LogKind
from webshellhunt.scan.log_copies import without_copies
from webshellhunt.scan.log_places import FoundLog, find_logs_in
from webshellhunt.sources.memory import MemorySource

ROWS = [row(f"2021-03-03 04:{n // 60:02}:{n % 60:02}", f"/page{n:04}.aspx") for n in range(1_000)]
WHOLE, MORNING = text_log(LogKind.IIS, *ROWS), text_log(LogKind.IIS, *ROWS[:400])
CHANGED = WHOLE.replace(b"/page0500.aspx", b"/hide0500.aspx")
LOG = "W3SVC1/u_ex210303.log"


@pytest.mark.parametrize(
    ("name", "data", "is_copy"),
    [
        ("W3SVC1/u_ex210303 - Copy.log", WHOLE, True),
        ("W3SVC1/u_ex210303.log.gz", gzipped(WHOLE), True),
        ("noon/W3SVC1/u_ex210303.log", MORNING, True),
        ("noon/W3SVC1/u_ex210303.log.gz", gzipped(MORNING), True),
        ("W3SVC1/u_ex210303 - Copy.log", CHANGED, False),
        ("W3SVC2/u_ex210303.log", WHOLE, False),
        ("W3SVC1/u_ex210304.log", WHOLE, False),
    ],
    ids=["same", "gz", "start", "gz of the start", "a row replaced", "another site", "another day"],
)
def test_the_rows_of_a_copy_count_once(name: str, data: bytes, is_copy: bool) -> None:
    gaps: list[Gap] = []
    with MemorySource({LOG: WHOLE, name: data}) as source:
        found = [each for each in find_logs_in(source, 0) if isinstance(each, FoundLog)]
        kept = without_copies(found, [source], gaps)
    assert len(found) == 2
    assert [each.log.path for each in kept] == ([LOG] if is_copy else sorted((LOG, name)))
    assert [(each.code, each.path, LOG in each.reason) for each in gaps] == (
        [("log-repeated", name, True)] if is_copy else []
    )
