"""Layers of a page with what it includes."""

from __future__ import annotations

from tests.reports.cases import SHELL
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import hunt
from webshellhunt.sources import MemorySource


def test_code_in_an_included_file_counts_for_the_page() -> None:
    page = b'<!-- #include file="a.txt" -->'
    report = hunt(MemorySource({"page.asp": page, "a.txt": SHELL.encode()}))
    found = {verdict.subject.path: verdict.disposition for verdict in report.verdicts}
    assert found["page.asp"] >= Disposition.SUSPICIOUS
    assert all(
        each < Disposition.SUSPICIOUS
        for each in [verdict.disposition for verdict in hunt(MemorySource({"page.asp": page})).verdicts]
    )
