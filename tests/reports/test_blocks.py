"""The lines of one verdict."""

from __future__ import annotations

from tests.reports.cases import finding, verdict
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.blocks import block, brief_block, is_defanged, paint
from webshellhunt.reports.options import Options

WORST = verdict("C:/a.aspx", Disposition.MALICIOUS, finding())


def test_a_verdict_begins_with_its_word_and_path() -> None:
    lines = list(block(WORST, Options(), {}))
    assert lines[0].split() == ["MALICIOUS", "C:/a.aspx"]
    assert any("WSH1001" in line for line in lines)
    assert len(list(brief_block(WORST, Options()))) < len(lines)


def test_excerpts_are_inert_in_files_only() -> None:
    assert is_defanged(Options(on_disk=True))
    assert not is_defanged(Options(on_disk=True, raw_excerpts=True))
    assert not is_defanged(Options())


def test_colours_are_given_where_they_are_wanted() -> None:
    assert paint("x", "malicious", Options()) == "x"
    assert paint("x", "malicious", Options(color=True)).endswith("mx\x1b[0m")
