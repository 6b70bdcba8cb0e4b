"""Colours of a terminal."""

from __future__ import annotations

from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.text.colors import paint


def test_colours_only_where_they_are_wanted() -> None:
    assert paint("x", "malicious", Options()) == "x"
    assert paint("x", "malicious", Options(color=True)) == "\x1b[1;7;31mx\x1b[0m"
    assert paint("x", "benign", Options(color=True)) == "x"
