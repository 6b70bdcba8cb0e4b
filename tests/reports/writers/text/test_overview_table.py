"""The table before the details, on narrow and wide terminals."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.cases import finding, full_report, report, verdict
from tests.reports.strategies import reports
from webshellhunt.model.findings import FactValue
from webshellhunt.model.report import Report
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Disposition, Planting, Verdict
from webshellhunt.reports.content.subjects import ShownVerdict, accused
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.text import table_lines

OWA = r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\owa\auth"


def numbered(*verdicts: Verdict) -> list[ShownVerdict]:
    return list(accused(report(*verdicts), Options()))


def shell(path: str) -> Verdict:
    found = verdict(path, Disposition.MALICIOUS, finding())
    use = Use(2, 1, 1, None, None)
    return replace(found, use=use, planting=Planting(None, "", "", waves=("ProxyLogon",)))


ROWS = numbered(*(shell(rf"{OWA}\{name}.aspx") for name in "abc"))


def test_a_wide_terminal_has_columns() -> None:
    title, word, first, *_, top = table_lines(ROWS, 0, Options(width=160))
    assert title.split() == ["#", "file", "what", "it", "is", "since", "by", "which", "hole", "used", "now"]
    assert word == "MALICIOUS"
    cells = [r"…\a.aspx", "web shell: executes request data as code", "unknown", "window of ProxyLogon", "once"]
    assert all(cell in first for cell in [*cells, "still there"])
    assert top == f"…\\ is {OWA}\\"


def test_a_narrow_terminal_has_a_few_lines_for_each() -> None:
    word, path, what, when, *_ = table_lines(ROWS, 7, Options(width=60))
    assert (word, path) == ("MALICIOUS", r"  1  …\a.aspx")
    assert what == "     web shell: executes request data as code"
    assert when == "     planting time unknown; in the window of ProxyLogon;"
    assert "and 7 more, by rule below (--all lists each)" in table_lines(ROWS, 7, Options(width=60))


@pytest.mark.parametrize(
    ("facts", "waves", "words"),
    [
        ({"first_ran": "2021-03-03T00:00:00Z"}, (), "there by 2021-03-03; hole unknown; used once; still there"),
        ({"absent_at": "2021-03-03T00:00:00Z"}, (), "planted after 2021-03-03; hole unknown; used once; still there"),
        (
            {"planted_at": "2021-03-03T00:00:00Z"}, ("X",),
            "since 2021-03-03; in the window of X; used once; still there",
        ),
    ],
)  # fmt: skip
def test_a_sentence_about_time_and_hole_reads_as_one(
    facts: dict[str, FactValue], waves: tuple[str, ...], words: str
) -> None:
    made = verdict("x.aspx", Disposition.MALICIOUS, finding(facts=facts))
    made = replace(made, use=Use(2, 1, 1, None, None), planting=Planting(None, "", "", waves=waves))
    rows = accused(report(made), Options())
    assert words in " ".join(line.strip() for line in table_lines(rows, 0, Options(width=60)))


def test_an_unknown_use_is_told_as_one() -> None:
    unread = verdict("x.aspx", Disposition.SUSPICIOUS, finding())
    holes = replace(unread, use=Use(0, 0, 0, None, None, doubts=("the logs lack 2021-03-03",)))
    for made, words in ((unread, "hole unknown; use unknown;"), (holes, "hole unknown; use not in these logs;")):
        lines = table_lines(accused(report(made), Options()), 0, Options(width=60))
        assert words in " ".join(line.strip() for line in lines)


def test_a_stream_of_ascii_has_no_other_characters() -> None:
    assert all(line.isascii() for line in table_lines(ROWS, 0, Options(only_ascii=True)))


def test_each_disposition_is_a_word_and_a_colour() -> None:
    rows = list(accused(full_report(), Options()))
    plain, coloured = (list(table_lines(rows, 0, Options(color=each))) for each in (False, True))
    assert [line for line in plain if line.isupper()] == ["MALICIOUS", "SUSPICIOUS"]
    assert "\x1b[1;7;31mMALICIOUS\x1b[0m" in coloured


def test_nothing_accused_is_no_table() -> None:
    assert list(table_lines([], 0, Options())) == []


@pytest.mark.parametrize("only_ascii", [False, True])
@given(reports, st.integers(40, 200))
def test_no_line_is_wider_than_the_terminal(only_ascii: bool, made: Report, width: int) -> None:
    rows = list(accused(made, Options()))
    for line in table_lines(rows, 0, Options(width=width, only_ascii=only_ascii)):
        assert line.isprintable()
        assert len(line) <= width or " is " in line
