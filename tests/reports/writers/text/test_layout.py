"""The layout of the text report: wrapped lines, colours, columns, and paths in few characters."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.strategies import hostile
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.text.layout import (
    GAP,
    Column,
    common_top,
    fitted,
    folded,
    name_of,
    number_words,
    paint,
    row_lines,
    short_path,
    wrapped,
)


def test_what_fits_or_has_no_width_stays_one_line() -> None:
    assert list(folded("a b c", None, indent="  ")) == ["  a b c"]
    assert list(folded("a b c", 7, indent="  ")) == ["  a b c"]


def test_the_other_lines_hang() -> None:
    words = "word " * 12
    first, *others = folded(words.strip(), 44, indent="  1. ", hanging="     ")
    assert first.startswith("  1. word")
    assert others
    assert all(line.startswith("     word") for line in others)


def test_a_word_is_never_broken() -> None:
    word = "x" * 300
    assert f"  {word}" in list(folded(f"see {word} there", 40, indent="  "))


@given(
    st.text(st.characters(categories=["L", "N", "P", "Zs"], include_characters=" "), max_size=300), st.integers(0, 200)
)
def test_no_word_is_lost(text: str, width: int) -> None:
    assert " ".join(folded(text, width)).split() == text.split()


COLUMNS = (
    Column("#", 1, wrapped),
    Column("file", 6, lambda text, width: [text[:width]], most=20),
    Column("what", 8, wrapped),
)


def test_columns_are_as_wide_as_their_cells() -> None:
    assert fitted(COLUMNS, [("1", "a.aspx", "a web shell")], 80) == [1, 6, 11]
    assert fitted(COLUMNS, [], 80) == [1, 4, 4]


def test_a_cell_is_wrapped_in_its_column() -> None:
    row = ("1", "a.aspx", "a web shell of a kind")
    widths = fitted(COLUMNS, [row], 24)
    assert widths == [1, 6, 13]
    assert list(row_lines(COLUMNS, row, widths)) == ["1  a.aspx  a web shell", "           of a kind"]


def test_a_column_that_is_cut_is_narrowed_last() -> None:
    row = ("1", "x" * 30, "word " * 20)
    assert fitted(COLUMNS, [row], 40) == [1, 20, 15]
    assert fitted(COLUMNS, [row], 30) == [1, 17, 8]


def test_a_line_that_is_too_narrow_has_no_columns() -> None:
    assert fitted(COLUMNS, [("1", "x" * 30, "word " * 20)], 18) is None


@given(
    st.integers(20, 120),
    st.lists(
        st.tuples(st.sampled_from(["1", "10"]), st.text("ab ", max_size=50), st.text("ab ", max_size=90)), max_size=4
    ),
)
def test_no_line_is_wider(width: int, rows: list[tuple[str, str, str]]) -> None:
    widths = fitted(COLUMNS, rows, width)
    if widths is not None:
        assert sum(widths) + 2 * GAP <= width
        assert all(len(line) <= width for row in rows for line in row_lines(COLUMNS, row, widths))


OWA = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa\\auth\\"
VIEW = rf"{OWA}Current\themes\view.aspx"


def test_the_common_top_is_the_folder_whose_omission_saves_most() -> None:
    assert common_top([f"{OWA}a.aspx", f"{OWA}b.aspx", f"{OWA}c.aspx", r"C:\inetpub\x.aspx"]) == OWA
    assert common_top([f"{OWA}a.aspx", f"{OWA}b.aspx"]) == ""
    assert common_top([rf"C:\a\{each}.aspx" for each in "abc"]) == ""
    assert common_top([]) == ""


@pytest.mark.parametrize(
    ("path", "width", "shown"),
    [
        (VIEW, 200, r"…\Current\themes\view.aspx"),
        (VIEW, 20, r"…\…\themes\view.aspx"),
        (VIEW, 14, r"…\…\view.aspx"),
        (VIEW, 8, r"…ew.aspx"),
        (r"C:\inetpub\wwwroot\aspnet_client\x.aspx", 28, r"C:\…\aspnet_client\x.aspx"),
        (r"C:\inetpub\x.aspx", 40, r"C:\inetpub\x.aspx"),
        ("/mnt/c/inetpub/wwwroot/x.aspx", 20, "/…/wwwroot/x.aspx"),
        ("ProxyLogon (requests in the logs)", 12, "ProxyLogon …"),
    ],
)
def test_a_path_is_cut_in_its_middle(path: str, width: int, shown: str) -> None:
    assert short_path(path, width, OWA) == shown


@given(st.text(st.sampled_from("ab\\/.\u202e\x1b …"), max_size=40) | hostile, st.integers(1, 60), hostile)
def test_any_path_fits(path: str, width: int, top: str) -> None:
    for cut in ("…", "..."):
        shown = short_path(path, width, top, cut=cut)
        assert len(shown) <= width
        assert shown.isprintable()


def test_the_name_of_a_path() -> None:
    assert name_of(VIEW) == "view.aspx"
    assert name_of("a\\b\\") == "b"
    assert name_of("x\x1b") == r"x\x1b"


def test_numbers_in_words() -> None:
    assert number_words([1, 3, 4, 5, 7, 8]) == "1, 3-5, 7, 8"
    assert number_words([]) == ""
    assert number_words(list(range(0, 200, 2))).endswith(", 58 and 70 more")


def test_folders_deeper_than_any_are_not_counted() -> None:
    deep = "C:" + "\\a" * 5_000
    tracemalloc.start()
    common_top([f"{deep}\\{number}.aspx" for number in range(20)])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000


def test_colours_are_for_terminals_that_have_them() -> None:
    assert paint("MALICIOUS", "malicious", Options(color=True)) == "\x1b[1;7;31mMALICIOUS\x1b[0m"
    assert paint("MALICIOUS", "malicious", Options()) == "MALICIOUS"
    assert paint("BENIGN", "benign", Options(color=True)) == "BENIGN"
