from __future__ import annotations

import codecs
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.host.machine import build_witnesses
from webshellhunt.host.machine.build_witnesses import read_setup_log
from webshellhunt.model.patches import Witness, WitnessKind
from webshellhunt.sources import MemorySource

_FOLDER = os.environ.get("WEBSHELLHUNT_SETUP_LOGS")
LOGS = sorted(Path(_FOLDER).glob("**/ExchangeSetup*.log")) if _FOLDER else []
UNINSTALLED = ("DomainPrepRequired", "Fail_In_Child", "Missing_PF_Object", "NoSuitableDC", "Reboot_Pending")
"""Logs of machines without Exchange, or without the line."""

DONE = "The Exchange Server setup operation completed successfully."


def run_of(version: str, day: str, *said: str, end: str = DONE) -> str:
    lines = [
        "**********************************************",
        "Starting Microsoft Exchange Server 2019 Cumulative Update Setup",
        "Local time zone: (UTC+01:00) Amsterdam.",
        f"Setup version: {version}.",
        *said,
        end,
    ]
    return "".join(f"[{day} 17:13:{n:02}.0078] [0] {line}\r\n" for n, line in enumerate(lines))


def witnesses(data: bytes) -> list[Witness]:
    source = MemorySource({"e.log": data})
    entry = source.stat("e.log")
    assert entry is not None
    return read_setup_log(source, entry, r"C:\e.log")


def read(data: bytes) -> list[tuple[str | None, datetime | None]]:
    found = witnesses(data)
    assert {w.kind for w in found} <= {WitnessKind.SETUP_LOG}
    return [(w.build, w.when_utc) for w in found]


def found_in(text: str) -> list[tuple[str, str | None, str | None]]:
    """Return kind, build and day of each witness."""
    return [
        (
            w.kind.value.removeprefix("setup_log") or "_done",
            w.build,
            None if w.when_utc is None else f"{w.when_utc:%m-%d}",
        )
        for w in witnesses(text.encode())
    ]


LOG = run_of("15.2.792.3", "12/20/2020") + run_of("15.2.858.5", "03.20.2021")
EXPECTED = [
    ("15.2.792.3", datetime(2020, 12, 20, 17, 13, 4, tzinfo=UTC)),
    ("15.2.858.5", datetime(2021, 3, 20, 17, 13, 4, tzinfo=UTC)),
]


@pytest.mark.parametrize(
    "data", [LOG.encode(), codecs.BOM_UTF8 + LOG.encode(), codecs.BOM_UTF16_LE + LOG.encode("utf-16-le")]
)
def test_each_run_that_completed_is_a_witness(data: bytes) -> None:
    assert read(data) == EXPECTED


@pytest.mark.parametrize(
    "text",
    [
        run_of("15.2.858.5", "03/20/2021", end="The Exchange Server setup operation didn't complete."),
        run_of("15.2.858.5", "03/20/2021", "Command Line Parameter Name='preparead', Value=''."),
        run_of("15.2.858.5", "03/20/2021", "Command Line Parameter Name='PrepareSchema', Value=''."),
        run_of("15.2.858.5", "03/20/2021", "Command Line Parameter Name='mode', Value='Uninstall'."),
        f"[03/20/2021 17:13:08.0078] [0] {DONE}\n",
        DONE,
        "",
    ],
)
def test_a_run_that_installed_nothing_is_none(text: str) -> None:
    assert read(text.encode()) == []


def test_an_upgrade_by_the_command_line_is_one() -> None:
    said = "Command Line Parameter Name='mode', Value='Upgrade'."
    assert [build for build, _ in read(run_of("15.2.858.5", "03/20/2021", said).encode())] == ["15.2.858.5"]


def test_a_time_that_no_calendar_has_is_no_time() -> None:
    assert read(run_of("15.2.858.5", "20/03/2021").encode()) == [("15.2.858.5", None)]


def test_lines_over_the_edge_of_a_read_are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_witnesses, "_CHUNK", 37)
    assert read(LOG.encode()) == EXPECTED
    assert read(codecs.BOM_UTF16_LE + LOG.encode("utf-16-le")) == EXPECTED


def test_of_a_log_without_end_the_end_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_witnesses, "LOG_BYTES", len(run_of("15.2.858.5", "03.20.2021")) + 20)
    assert read(("x" * 100_000 + LOG).encode()) == EXPECTED[1:]


FAILED = "The Exchange Server setup operation didn't complete."


def installed(version: str) -> str:
    return f"The locally installed version is {version}."


def backup(version: str) -> str:
    return f"The backup copy of the previously installed version is '{version}'."


def test_a_run_that_failed_is_a_witness_of_what_it_found() -> None:
    assert found_in(run_of("15.2.858.5", "03/20/2021", installed("15.2.792.3"), end=FAILED)) == [
        ("_found", "15.2.792.3", "03-20")
    ]


def test_a_run_that_only_prepares_the_directory_is_one_too() -> None:
    said = "Command Line Parameter Name='preparead', Value=''."
    assert found_in(run_of("15.2.858.5", "03/20/2021", said, installed("15.2.792.3"))) == [
        ("_found", "15.2.792.3", "03-20")
    ]


def test_an_upgrade_has_what_it_found_and_what_it_installed() -> None:
    assert found_in(run_of("15.2.858.5", "03/20/2021", installed("15.2.792.3"))) == [
        ("_found", "15.2.792.3", "03-20"),
        ("_done", "15.2.858.5", "03-20"),
    ]


def test_after_an_upgrade_that_broke_off_only_the_build_before_is_sure() -> None:
    again = run_of("15.2.858.5", "03/21/2021", backup("15.2.792.3"), installed("15.2.858.5"), end=FAILED)
    assert found_in(again) == [("_found", "15.2.792.3", None)]
    first = run_of("15.2.858.5", "03/20/2021", installed("15.2.792.3"), end=FAILED)
    assert found_in(first + again) == [("_found", "15.2.792.3", "03-20")]
    assert found_in(run_of("15.2.858.5", "03/21/2021", backup("15.2.792.3"), end=FAILED)) == [
        ("_found", "15.2.792.3", None)
    ]


def test_a_backup_copy_of_the_build_that_is_there_changes_nothing() -> None:
    said = (backup("15.2.792.3"), installed("15.2.792.3"))
    assert found_in(run_of("15.2.858.5", "03/20/2021", *said, end=FAILED)) == [("_found", "15.2.792.3", "03-20")]


def test_of_many_runs_that_find_the_same_the_first_and_the_last_count() -> None:
    log = "".join(run_of("15.2.858.5", f"03/{day}/2021", installed("15.2.792.3"), end=FAILED) for day in range(10, 20))
    assert found_in(log) == [("_found", "15.2.792.3", "03-10"), ("_found", "15.2.792.3", "03-19")]


def test_where_nothing_is_installed_there_is_no_witness() -> None:
    assert found_in(run_of("15.2.858.5", "03/20/2021", installed("0.0.0.0"), end=FAILED)) == []


@pytest.mark.skipif(not LOGS, reason="the logs of microsoft/CSS-Exchange are not at hand: set WEBSHELLHUNT_SETUP_LOGS")
def test_real_logs_of_failed_runs_tell_the_build_before() -> None:
    told = {path.stem: [(w.kind, w.build) for w in witnesses(path.read_bytes())] for path in LOGS}
    assert {kind for found in told.values() for kind, _ in found} == {WitnessKind.SETUP_LOG_FOUND}
    silent = sorted(name for name, found in told.items() if not found)
    assert len(told) >= 37
    assert all(any(word in name for word in UNINSTALLED) for name in silent), silent
    assert all(build is not None and build.startswith("15.") for found in told.values() for _, build in found)


_TEXT = st.sampled_from(
    [DONE, FAILED, installed("15.2.1.1"), backup("15.1.1.1"), "Setup version: 15.2.1.1.", installed(""), backup("x")]
)


@given(st.lists(_TEXT | st.text(max_size=20), max_size=12))
def test_no_order_of_lines_makes_a_build_that_none_names(lines: list[str]) -> None:
    log = "".join(f"[03/20/2021 17:13:08.0078] [0] {line}\n" for line in lines)
    found = witnesses(log.encode("utf-8", "replace"))
    assert {w.build for w in found} <= {"15.2.1.1", "15.1.1.1"}
    done = [w for w in found if w.kind is WitnessKind.SETUP_LOG]
    assert len(done) <= lines.count("Setup version: 15.2.1.1.")


@given(st.binary(max_size=400))
def test_never_raises(data: bytes) -> None:
    read(data)
    read(codecs.BOM_UTF16_LE + data)
    read(LOG.encode()[:300] + data)
