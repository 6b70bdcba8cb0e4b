"""``selftest``: a line a page, and a status."""

from __future__ import annotations

import pytest

from webshellhunt.cli import main, selftest


def test_the_selftest_passes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["selftest"]) == 0
    assert capsys.readouterr().out.endswith("pages and services judged as they must be\n")


def test_no_pages_at_all_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "run_selftest", list)
    assert main(["selftest"]) == 1
