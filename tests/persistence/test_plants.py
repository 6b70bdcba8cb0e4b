"""Each way to outlive the patch is seen, and each honest twin is left in peace.

Every module ``rows_*`` has a table ``PLANTS``. A run lays a share of the rows into a small server and a few of
them into a real one, which ``WEBSHELLHUNT_REALITY`` names (as in ``tests/hosts/test_reality.py``).
"""

from __future__ import annotations

import importlib
import os
import pkgutil
from pathlib import Path

import pytest

import tests.persistence
from tests.builders.shares import Share
from tests.persistence.plants import Plant, made_server
from webshellhunt.model.report import Report
from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.pipeline import hunt
from webshellhunt.sources.memory import MemorySource

_TOP = Path(__file__).parents[2]
REAL = Path(os.environ.get("WEBSHELLHUNT_REALITY") or _TOP.parent / "shared" / "reality" / "trees") / "e16"


def _tables() -> list[Plant]:
    names = [each.name for each in pkgutil.iter_modules(tests.persistence.__path__) if each.name.startswith("rows_")]
    return [row for name in names for row in importlib.import_module(f"tests.persistence.{name}").PLANTS]


PLANTS = _tables()
WAYS = sorted({row.row for row in PLANTS})
MADE = made_server()


def hunted(files: dict[str, bytes]) -> Report:
    return hunt(MemorySource(files))


def new_rows(report: Report) -> list[Verdict]:
    """Return the verdicts with more than information."""
    return [
        verdict
        for verdict in report.verdicts
        if verdict.disposition > Disposition.BENIGN and any(f.severity > Severity.INFO for f in verdict.findings)
    ]


def told(row: Plant, server: dict[str, bytes]) -> list[tuple[str, ...]] | None:
    """Return what is wrongly said of a plant that none of its rules reports, or of an honest twin; else nothing."""
    found = new_rows(hunted(row.lay(server)))
    said: list[tuple[str, ...]] = [
        (v.disposition.label, v.subject.path, f.rule.id, f.message) for v in found for f in v.findings
    ]
    dispositions = [v.disposition for v in found if not row.rules or {f.rule.id for f in v.findings} & {*row.rules}]
    gravest = max(dispositions, default=Disposition.BENIGN)
    is_right = bool(dispositions) and gravest >= row.least if row.rules else gravest <= row.most
    return None if is_right else said


def test_the_clean_server_is_left_in_peace() -> None:
    assert [v.subject.path for v in new_rows(hunted(MADE))] == []


def test_each_row_has_a_name_of_its_own() -> None:
    names = [str(row) for row in PLANTS]
    assert sorted(names) == sorted(set(names))


def test_a_plant_below_suspicion_has_a_reason() -> None:
    assert [str(row) for row in PLANTS if row.rules and row.least < Disposition.SUSPICIOUS and not row.why] == []


def tried(way: int, server: dict[str, bytes], share: Share, *, parts: int) -> dict[str, object]:
    """Return what is wrong in a server, by the row: those of a way and of the share of this run."""
    rows = [row for row in PLANTS if row.row == way and (server is MADE or not row.only_made)]
    chosen = [row for row in rows if share.has(f"server of {parts}", str(row), parts)]
    return {str(row): said for row in chosen if (said := told(row, server)) is not None}


@pytest.mark.parametrize("way", WAYS)
def test_the_rows_of_a_way_in_a_small_server(way: int, share: Share) -> None:
    assert tried(way, MADE, share, parts=6) == {}


@pytest.fixture(scope="module")
def real_server() -> dict[str, bytes]:
    if not REAL.is_dir():
        pytest.skip(f"the real servers are not at hand: {REAL} is missing (WEBSHELLHUNT_REALITY names another folder)")
    files = (path for path in REAL.rglob("*") if path.is_file())
    return {path.relative_to(REAL).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("way", WAYS)
def test_the_rows_of_a_way_in_a_real_server(way: int, real_server: dict[str, bytes], share: Share) -> None:
    assert tried(way, real_server, share, parts=36) == {}
