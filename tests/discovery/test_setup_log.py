from __future__ import annotations

import codecs
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.discovery import setup_log
from webshellhunt.discovery.setup_log import read_setup_log
from webshellhunt.model.patches import Witness, WitnessKind
from webshellhunt.sources import MemorySource

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


def read(data: bytes) -> list[tuple[str | None, datetime | None]]:
    source = MemorySource({"e.log": data})
    entry = source.stat("e.log")
    assert entry is not None
    witnesses = read_setup_log(source, entry, r"C:\e.log")
    assert all(isinstance(w, Witness) and w.kind is WitnessKind.SETUP_LOG for w in witnesses)
    return [(w.build, w.when_utc) for w in witnesses]


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
    monkeypatch.setattr(setup_log, "_CHUNK", 37)
    assert read(LOG.encode()) == EXPECTED
    assert read(codecs.BOM_UTF16_LE + LOG.encode("utf-16-le")) == EXPECTED


def test_of_a_log_without_end_the_end_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setup_log, "LOG_BYTES", len(run_of("15.2.858.5", "03.20.2021")) + 20)
    assert read(("x" * 100_000 + LOG).encode()) == EXPECTED[1:]


@given(st.binary(max_size=400))
def test_never_raises(data: bytes) -> None:
    read(data)
    read(codecs.BOM_UTF16_LE + data)
    read(LOG.encode()[:300] + data)
