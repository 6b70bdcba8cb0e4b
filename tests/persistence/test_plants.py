"""Each way to outlive the patch is seen, and each honest twin is left in peace.

Every module ``rows_*`` has a table ``PLANTS``. The rows are laid into a small server; a share of them also into a real
one, which ``WEBSHELLHUNT_REALITY`` names (as in ``tests/hosts/test_reality.py``).
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


def check(row: Plant, files: dict[str, bytes]) -> None:
    """Check that a plant is reported by one of its rules, or that nothing is said about an honest twin."""
    found = new_rows(hunted(files))
    said = [(v.disposition.label, v.subject.path, f.rule.id, f.message) for v in found for f in v.findings]
    if not row.rules:
        assert max((v.disposition for v in found), default=Disposition.BENIGN) <= row.most, said
        return
    reported = [v for v in found if {f.rule.id for f in v.findings} & set(row.rules)]
    assert reported, said
    assert max(v.disposition for v in reported) >= row.least, said
    assert row.least >= Disposition.SUSPICIOUS or row.why, "a plant below suspicion needs a reason"


def test_the_clean_server_is_left_in_peace() -> None:
    assert [v.subject.path for v in new_rows(hunted(MADE))] == []


def test_each_row_has_a_name_of_its_own() -> None:
    names = [str(row) for row in PLANTS]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("row", PLANTS, ids=str)
def test_a_row_in_a_small_server(row: Plant) -> None:
    check(row, row.lay(MADE))


@pytest.fixture(scope="module")
def real_server() -> dict[str, bytes]:
    if not REAL.is_dir():
        pytest.skip(f"the real servers are not at hand: {REAL} is missing (WEBSHELLHUNT_REALITY names another folder)")
    files = (path for path in REAL.rglob("*") if path.is_file())
    return {path.relative_to(REAL).as_posix(): path.read_bytes() for path in files}


@pytest.mark.parametrize("row", [row for row in PLANTS if not row.only_made], ids=str)
def test_a_row_in_a_real_server(row: Plant, real_server: dict[str, bytes], share: Share) -> None:
    if ("persistence", str(row)) not in share:
        pytest.skip("another share of the rows: pytest --full tries all")
    check(row, row.lay(real_server))
