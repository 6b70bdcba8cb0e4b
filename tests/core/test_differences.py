"""Programs of classic ASP on which the core and the walk of the tree differ; the list has to shrink to nothing.

Each program of the table is judged by the core; what it says otherwise is in `differences.txt`. This test goes with the
switch between both.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.test_semantics import TABLE, judge
from webshellhunt import Disposition
from webshellhunt.memo import Memo

LANGUAGES = ("vbscript", "jscript_classic")
DIFFERENCES = Path(__file__).with_name("differences.txt")


def _listed() -> set[str]:
    return {*DIFFERENCES.read_text("utf-8").split()}


def differing(language: str, patch: pytest.MonkeyPatch) -> set[str]:
    """Return the programs of a language that the core judges otherwise than the table."""
    patch.setenv("WEBSHELLHUNT_ENGINE", "core")
    Memo.forget_all()
    return {
        f"{language}-{program['id']}"
        for program in TABLE[language]
        if (judge(language, program).disposition is Disposition.MALICIOUS) is not program["passes"]
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_core_judges_as_the_table_says(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found, listed = differing(language, monkeypatch), {each for each in _listed() if each.startswith(f"{language}-")}
    assert found - listed == set()
    assert listed - found == set(), "the core follows it now"
