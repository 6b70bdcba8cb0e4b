"""Paths in few characters."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.strategies import hostile
from webshellhunt.reports.writers.text.layout import common_top, name_of, number_words, short_path

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
