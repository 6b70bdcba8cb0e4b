"""The fleet in a text report."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.fleet_hosts import INSTALL, names, page, server
from tests.reports.cases import WHEN, patch_state
from tests.reports.strategies import fleets
from webshellhunt.fleets import fleet
from webshellhunt.model.fleet import (
    Fleet,
    FleetHost,
    OnHost,
    Outlier,
    OutlierKind,
    Shared,
    SharedKind,
    TimeOf,
    Unopened,
)
from webshellhunt.model.report import AssessmentState
from webshellhunt.model.verdict import Disposition, Planting
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.text.fleet_lines import ROWS, TABLE, fleet_lines

AUTH = rf"{INSTALL}\FrontEnd\HttpProxy\owa\auth"


def text(made: Fleet, options: Options | None = None) -> str:
    return "\n".join(fleet_lines(made, options or Options()))


def outlier(number: int, disposition: Disposition = Disposition.BENIGN) -> Outlier:
    return Outlier(
        OutlierKind.ONLY_HERE, f"key{number:02}", ("A",), 1, 19, 20, disposition, (f"C:\\{number}",), ("ab" * 16,)
    )


def test_outliers_come_first_then_shared_then_hosts() -> None:
    shell = page(rf"{AUTH}\x.aspx", "shell", Disposition.MALICIOUS)
    shell = replace(shell, planting=Planting(WHEN, "last changed", "s"))
    stock = [page(rf"{AUTH}\logon.aspx")]
    reports = [server(name, [*stock, shell] if name in ("EXCH03", "EXCH09") else stock) for name in names(20)]
    reports[5] = server("EXCH06", [page(rf"{AUTH}\logon.aspx", "changed")])
    shown = text(fleet(reports))
    at = [shown.index(each) for each in ("2 of 20 hosts", "Files that differ", "In common", "Hosts, the worst first")]
    assert at == sorted(at)
    assert (
        "on 1 of 20 (EXCH06): %exchangeinstallpath%/frontend/httpproxy/owa/auth/logon.aspx: 19 comparable hosts have"
        in shown
    )
    assert "same shell on 2 hosts (malicious)" in shown
    assert "    EXCH03  2021-03-03T04:05:06Z planted (last changed)\n" in shown
    assert "does not change the exit status" in shown


def test_twenty_hosts_fit_on_a_screen() -> None:
    reports = [replace(server(name), patch_state=patch_state()) for name in names(20)]
    lines = list(fleet_lines(fleet(reports), Options(width=100)))
    assert len(lines) <= 24
    assert all(len(line) <= 100 for line in lines)
    assert "CU8 Mar21SU, open to ProxyShell" in lines[-1]


def test_rows_are_bounded_and_counted() -> None:
    made = Fleet(
        "s",
        hosts=tuple(FleetHost(f"H{n}", "l", AssessmentState.NOTHING_FOUND) for n in range(TABLE + 3)),
        outliers=tuple(outlier(n) for n in range(ROWS + 5)),
        shared=tuple(Shared(SharedKind.SHELL, f"{n}", (OnHost("A"),), 2, Disposition.MALICIOUS) for n in range(30)),
        more_outliers=7,
        more_shared=1,
    )
    shown = text(made)
    assert "  and 12 more (--all lists more)" in shown
    assert "  and 23 more (--all lists more)" in shown
    assert "  and 3 more (--all lists more)" in shown
    everything = text(made, Options(show_all=True))
    assert f"key{ROWS + 4}" in everything
    assert "  and 7 more" in everything


def test_accused_outliers_leave_room_for_others() -> None:
    accused = [outlier(n, Disposition.MALICIOUS) for n in range(30)]
    shown = text(Fleet("s", outliers=(*accused, *(outlier(n) for n in range(50, 70)))))
    assert shown.count("; malicious;") == 10
    assert shown.count("; benign;") == 10


@pytest.mark.parametrize(
    ("kind", "agreeing", "words"),
    [
        (OutlierKind.ONLY_HERE, 1, "1 comparable host lacks it"),
        (OutlierKind.ONLY_HERE, 19, "19 comparable hosts lack it"),
        (OutlierKind.OTHER_CONTENT, 1, "1 comparable host has another content"),
        (OutlierKind.OTHER_CONTENT, 19, "19 comparable hosts have another content"),
    ],
)
def test_the_numbers_are_told(kind: OutlierKind, agreeing: int, words: str) -> None:
    assert f"on 1 of 20 (A): key01: {words}; benign; sha256 abab" in text(
        Fleet("s", outliers=(replace(outlier(1), kind=kind, agreeing=agreeing),))
    )


def test_a_host_of_another_state() -> None:
    many = replace(outlier(1), kind=OutlierKind.MANY, files=31, paths=("a", "b"))
    assert "A: 31 files differ from 19 comparable hosts: another state of installation" in text(
        Fleet("s", outliers=(many,))
    )


def test_places_are_shown_once_if_they_are_the_same() -> None:
    hosts = (OnHost("A", WHEN, TimeOf.PLANTING, "w", ("C:\\x",), 3), OnHost("B", None, TimeOf.UNKNOWN, "", ("C:\\x",)))
    made = Shared(SharedKind.SHELL, "ab" * 32, hosts, 9, Disposition.MALICIOUS, "A title", ("orange",), 2)
    shown = text(Fleet("s", shared=(made,)))
    assert shown.count("C:\\x") == 1
    assert "A title; request key orange; 2 contents, such as sha256 abab" in shown
    assert "    A  2021-03-03T04:05:06Z planted (w) (3 items)" in shown
    assert "    B  time unknown" in shown
    assert "    and 7 more" in shown
    other = replace(made, hosts=(hosts[0], replace(hosts[1], paths=("C:\\y",))))
    assert text(Fleet("s", shared=(other,))).count("C:\\") == 2


def test_a_long_location_is_known_by_its_end() -> None:
    row = FleetHost("/evidence/of/a/long/path/EXCH01.zip", "l", AssessmentState.NOTHING_FOUND)
    assert "…/a/long/path/EXCH01.zip" in text(Fleet("s", hosts=(row,)))


def test_a_location_that_was_not_opened_is_a_row_with_its_reason() -> None:
    row = FleetHost("A", "l", AssessmentState.NOTHING_FOUND)
    failed = (Unopened("EXCH07", "/e/7.zip", "/e/7.zip: it is cut"), Unopened("/e/8", "/e/8", "/e/8: it is absent"))
    shown = text(Fleet("s", hosts=(row,), unopened=failed))
    assert [line.split()[:3] for line in shown.splitlines() if "not opened" in line] == [
        ["EXCH07", "not", "opened"], ["/e/8", "not", "opened"],
    ]  # fmt: skip
    assert shown.endswith(
        "Not opened, so that nothing is known of them:\n  EXCH07: /e/7.zip: it is cut\n  /e/8: it is absent"
    )
    many = tuple(Unopened(f"{number}", "l", "s") for number in range(TABLE + 2))
    assert "  and 5 more (--all" in text(Fleet("s", unopened=many, more_unopened=3))


def test_a_malicious_trace_beside_suspicious_files_is_no_contradiction() -> None:
    row = FleetHost("EX01", "l", AssessmentState.EXPLOITATION_TRACES_ONLY, 1, 2)
    assert "EX01  exploitation traces  1          2 " in text(Fleet("s", hosts=(row,)))


@given(fleets, st.none() | st.integers(1, 200), st.booleans())
def test_no_name_controls_the_terminal(made: Fleet, width: int | None, everything: bool) -> None:
    for line in fleet_lines(made, Options(width=width, show_all=everything)):
        assert line.isprintable()
