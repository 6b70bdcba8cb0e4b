"""Gaps and missing inputs, each with what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.reports.cases import HAS_ALL, full_report, nothing_found, report
from webshellhunt.model.findings import Gap
from webshellhunt.model.report import InputState
from webshellhunt.reports import render
from webshellhunt.reports.content.gaps import gap_groups
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.text import gap_lines as lines_of_group
from webshellhunt.reports.writers.text import lacking_lines

DENIED = [Gap("unreadable", "examine", f"{number}.txt", "permission denied") for number in range(5)]


def gap_lines(gaps: Sequence[Gap], options: Options) -> list[str]:
    return [line for group in gap_groups(gaps) for line in lines_of_group(group, options)]


def gaps_title(gaps: Sequence[Gap], options: Options) -> str:
    text = str(render(replace(report(), gaps=tuple(gaps)), "text", show_all=options.show_all))
    return next(line for line in text.splitlines() if line.startswith("Not examined")).rstrip(":")


def test_gaps_that_matter_come_first_with_what_to_do() -> None:
    rows = list(gap_lines([*DENIED, Gap("too-large", "examine", "a.aspx", "cut", matters=True)], Options()))
    assert rows == [
        "  too-large (matters): cut",
        "      a.aspx",
        "    do: read the rest of the file by hand",
        "  5 x unreadable: permission denied",
        "      0.txt",
        "      1.txt",
        "      2.txt",
        "      and 2 more",
        "    do: hunt again as administrator (on Linux as root); hunt an image if the file is in use",
    ]
    everything = list(gap_lines(DENIED, Options(show_all=True)))
    assert sum(row.endswith(".txt") for row in everything) == 5


def test_different_reasons_are_with_their_paths() -> None:
    rows = list(
        gap_lines(
            [Gap("x", "walk", "a", "one"), Gap("x", "walk", "b", "another"), Gap("y", "walk", "", "z")], Options()
        )
    )
    assert rows == ["  2 x x", "      a", "        one", "      b", "        another", "  y: z"]


def test_the_title_counts_the_gaps() -> None:
    assert gaps_title(full_report().gaps, Options()) == "Not examined (3 gaps, 1 of which matters)"
    assert gaps_title(DENIED, Options()).endswith("; --all lists each)")
    assert gaps_title(DENIED[:1], Options()) == "Not examined (1 gap)"
    assert gaps_title(DENIED, Options(show_all=True)) == "Not examined (5 gaps)"


def test_what_is_missing_has_its_consequence_and_what_to_do() -> None:
    rows = "\n".join(lacking_lines(full_report(), Options()))
    assert "  IIS configuration: only partly available\n    do: collect" in rows
    assert "  compiled pages: traces of deleted shells are not found without them\n    do: collect" in rows
    unread = replace(report(), coverage=HAS_ALL._replace(logs=InputState.NOT_READ))
    assert list(lacking_lines(unread, Options())) == [
        "  logs: present, but not read; it is unknown who requested a page, and when",
        "    do: hunt again without --no-logs, to the end",
    ]


def test_a_folder_without_a_server_lacks_everything_at_once() -> None:
    (row,) = lacking_lines(nothing_found(), Options())
    assert row == (
        "  registry, configuration, compiled, logs, hives, tasks, assemblies: "
        "no Exchange or IIS found here, so each file was examined by itself"
    )
    assert list(lacking_lines(replace(nothing_found(), context="one file"), Options())) == []


@pytest.mark.parametrize("width", [40, 80])
def test_sentences_are_folded(width: int) -> None:
    rows = [*gap_lines([Gap("unreadable", "walk", "a", "word " * 30)], Options(width=width)),
            *lacking_lines(full_report(), Options(width=width))]  # fmt: skip
    assert all(len(row) <= width for row in rows if "\\" not in row)
