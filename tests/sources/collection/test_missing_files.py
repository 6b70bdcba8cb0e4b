from __future__ import annotations

from webshellhunt.sources.collection.missing_files import Missing, iter_gaps


def _gaps(*paths: str) -> list[tuple[str, str, bool]]:
    missing = [Missing(path, "locked") for path in paths]
    return [(gap.path, gap.reason, gap.matters) for gap in iter_gaps(missing, "left-out-by-collector", "log.csv")]


def test_a_page_matters_and_has_a_gap_of_its_own() -> None:
    assert _gaps("C:/w/x.aspx", "C:/w/a.evtx") == [
        ("C:\\w\\x.aspx", "locked", True),
        ("C:\\w\\a.evtx", "locked", False),
    ]


def test_many_files_are_few_sentences() -> None:
    pages = [f"C:/w/{number}.aspx" for number in range(30)]
    others = [f"C:/w/{number}.dat" for number in range(3000)]
    gaps = _gaps(*pages, *others)
    assert len(gaps) == 22
    assert gaps[20] == ("log.csv", "further pages or settings like these: 10", True)
    assert gaps[21] == ("log.csv", "3,000 files, none of them a page, such as C:\\w\\0.dat: locked", False)
    assert _gaps() == []
