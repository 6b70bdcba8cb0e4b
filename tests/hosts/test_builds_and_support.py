"""Builds: each witness is used and named, contradictions come first; support is told by the day of the hunt."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.builders import logs as log_files
from webshellhunt import render
from webshellhunt.cli import main
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.patches import PatchState, WitnessKind
from webshellhunt.model.traffic import LogKind
from webshellhunt.pipeline import hunt
from webshellhunt.sources import MemorySource
from webshellhunt.sources.described import versioned_program

EX = "C/Program Files/Microsoft/Exchange Server/V15"
PROGRAM, SETUP_LOG = f"{EX}/Bin/ExSetup.exe", "C/ExchangeSetupLogs/ExchangeSetup.log"
PROXY_LOG = f"{EX}/Logging/HttpProxy/Owa/HttpProxy_2021050304-1.LOG"
PAGE = f"{EX}/FrontEnd/HttpProxy/owa/auth/logon.aspx"
MAR21, OLD = (15, 2, 792, 10), (15, 2, 792, 3)
DONE, FAILED = "operation completed successfully", "operation didn't complete. More details can be found in the log"


def run(build: str, day: str, ends: str = DONE) -> str:
    return (
        f"[{day} 19:30:40.0031] [0] Starting Microsoft Exchange Server Setup\n[{day} 19:30:40.0047] [0] Setup version: "
        f"{build}.\n[{day} 20:47:52.0500] [0] The Exchange Server setup {ends}.\n"
    )


def proxy_log(build: tuple[int, int, int, int], *, columns: bool = True) -> bytes:
    named = dict(zip(("MajorVersion", "MinorVersion", "BuildVersion", "RevisionVersion"), build, strict=True))
    rows = [log_files.row(f"2021-05-03 04:0{n}:00", "/owa/", **(named if columns else {})) for n in range(3)]
    written = "{}.{:02}.{:04}.{:03}".format(*build).encode()
    data = log_files.text_log(LogKind.HTTP_PROXY, *rows).replace(
        b"RevisionVersion", b"RevisionVersion" if columns else b"X"
    )
    return data.replace(b"#Version: 15.01.2176.002", b"#Version: " + written)


def told(
    files: dict[str, bytes | str], *, on: str = "2026-12-01", installed: str = "2021-03-05"
) -> tuple[PatchState, str]:
    """Return the patch state of a server with some files, and its section of the text."""
    data = {path: each.encode() if isinstance(each, str) else each for path, each in {PAGE: b"<p>", **files}.items()}
    when = Timestamps(modified_utc=datetime.fromisoformat(installed).replace(tzinfo=UTC), original=True)
    clock = datetime.fromisoformat(on).replace(tzinfo=UTC)
    report = hunt(MemorySource(data, times=dict.fromkeys(data, when)), clock=lambda: clock)
    assert report.patch_state is not None
    text = render(report, "text") or ""
    return report.patch_state, " ".join(text.partition("Patch state")[2].split())


def test_a_newer_set_up_that_completed_counts_and_the_contradiction_is_said_first() -> None:
    newer = run("15.2.792.3", "12/20/2020") + run("15.2.1748.10", "03/02/2025")
    state, text = told({PROGRAM: versioned_program(MAR21), SETUP_LOG: newer})
    assert (state.build, state.basis, state.exact) == ("15.2.1748.10", WitnessKind.SETUP_LOG, False)
    said = (
        "The witnesses of the build disagree: Bin\\ExSetup.exe says 15.2.792.10 (2021-03-05), setup log says 15.2.1748"
    )
    assert said in text
    assert text.index(said) < text.index("according to setup log")
    assert "the newer completed set-up counts" in text


@pytest.mark.parametrize("log", [run("15.2.1748.10", "03/02/2025", FAILED), run("15.2.792.3", "12/20/2020")])
def test_a_failed_set_up_and_an_older_one_do_not_count(log: str) -> None:
    state, text = told({PROGRAM: versioned_program(MAR21), SETUP_LOG: log})
    assert (state.build, state.basis, state.disagreement) == ("15.2.792.10", WitnessKind.SETUP_PROGRAM, None)
    assert "disagree" not in text


@pytest.mark.parametrize("columns", [True, False], ids=["columns", "comment"])
def test_the_rows_of_the_front_end_name_the_build_without_another_witness(*, columns: bool) -> None:
    state, text = told({PROXY_LOG: proxy_log((15, 2, 858, 10), columns=columns)})
    assert (state.build, state.basis, state.exact) == ("15.2.858.10", WitnessKind.LOG, False)
    assert "according to version in the logs of Exchange (C:\\Program Files" in text
    assert "HttpProxy_2021050304-1.LOG" in text


def test_rows_of_a_newer_build_than_the_program_are_a_contradiction() -> None:
    state, text = told({PROGRAM: versioned_program(OLD), PROXY_LOG: proxy_log((15, 2, 858, 10))})
    assert state.build == "15.2.792.3"
    assert "The witnesses of the build disagree: Bin\\ExSetup.exe says 15.2.792.3" in text
    assert "says 15.2.858.10 (2021-05-03)" in text
    assert "the build of the program counts" in text


@pytest.mark.parametrize("build", [OLD, (15, 1, 2176, 2)])
def test_rows_of_the_same_or_of_an_older_build_and_of_another_product_are_none(
    build: tuple[int, int, int, int],
) -> None:
    state, _ = told({PROGRAM: versioned_program(MAR21), PROXY_LOG: proxy_log(build)})
    assert (state.build, state.disagreement) == ("15.2.792.10", None)


def test_logs_alone_name_the_build(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "HttpProxy_2021050304-1.LOG").write_bytes(proxy_log((15, 2, 858, 10)))
    main(["logs", str(tmp_path), "--format", "json"])
    (report,) = json.loads(capsys.readouterr().out)["reports"]
    assert report["summary"]["patch_state"]["build"] == "15.2.858.10"
    assert report["summary"]["patch_state"]["basis"] == "log"


PAID_ENDED = "the paid Extended Security Updates ended in October 2026: it gets no more updates"


@pytest.mark.parametrize(
    ("build", "on", "said"),
    [
        ((15, 2, 1748, 53), "2025-10-14", "Support: Exchange 2019 is in support until 2025-10-14"),
        (
            (15, 2, 1748, 53),
            "2026-05-01",
            "only customers with the paid Extended Security Updates, which end in October",
        ),
        ((15, 2, 1748, 53), "2026-12-01", f"Exchange 2019 is out of support since 2025-10-14; {PAID_ENDED}"),
        ((15, 1, 2507, 75), "2026-12-01", f"Exchange 2016 is out of support since 2025-10-14; {PAID_ENDED}"),
        ((15, 0, 1497, 48), "2026-12-01", "Exchange 2013 is out of support since 2023-04-11: it gets no more updates"),
        ((15, 2, 2562, 53), "2026-12-01", "Support: Exchange SE is in support"),
    ],
)
def test_support_is_that_of_the_day_of_the_hunt(build: tuple[int, int, int, int], on: str, said: str) -> None:
    state, text = told({PROGRAM: versioned_program(build)}, on=on)
    assert said in text
    assert state.support is not None


def test_the_record_has_support_and_contradiction() -> None:
    files = {PROGRAM: versioned_program(MAR21), SETUP_LOG: run("15.2.1748.10", "03/02/2025").encode(), PAGE: b"<p>"}
    clock = datetime(2026, 12, 1, tzinfo=UTC)
    text = render(hunt(MemorySource(files), clock=lambda: clock), "json") or ""
    (report,) = json.loads(text)["reports"]
    state = report["summary"]["patch_state"]
    assert (state["support_ends"], state["paid_support_ends"]) == ("2025-10-14", "2026-10-31")
    assert state["disagreement"].startswith("the witnesses of the build disagree")
    assert "out of support since 2025-10-14" in state["support"]
