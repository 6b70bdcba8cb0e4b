"""Gaps in groups, with advice."""

from __future__ import annotations

from webshellhunt.model.findings import Gap
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.html.gap_groups import MOST_PLACES, gap_groups


def gap(code: str = "unreadable", path: str = "C:\\x", reason: str = "no access", *, matters: bool = False) -> Gap:
    return Gap(code, "walk", path, reason, matters)


def test_what_matters_comes_first() -> None:
    groups = gap_groups([gap("too-large"), gap("unreadable", matters=True), gap("too-large", "D:\\y")], Options())
    assert [(each.code, each.number, each.matters) for each in groups] == [
        ("unreadable", 1, True),
        ("too-large", 2, False),
    ]
    assert groups[0].advice
    assert groups[1].places == ("C:\\x", "D:\\y")
    assert groups[1].reasons == ("no access",)


def test_an_unknown_code_has_no_advice() -> None:
    [group] = gap_groups([gap("of-a-plug-in")], Options())
    assert group.advice == ""


def test_many_places_are_cut() -> None:
    gaps = [gap(path=f"C:\\{n}", reason=f"reason {n}") for n in range(80)]
    [group] = gap_groups(gaps, Options())
    assert (len(group.places), group.more, len(group.reasons)) == (MOST_PLACES, 80 - MOST_PLACES, 3)
    assert group.places[0] == "C:\\0: reason 0"
    assert len(gap_groups(gaps, Options(show_all=True))[0].places) == 80
