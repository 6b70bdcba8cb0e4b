"""Stories of builds: witnesses that agree, that disagree, and the end of support."""

from __future__ import annotations

import re

import pytest

from tests.builders import logs as log_files
from tests.builders.hive import HiveTree, build_hive
from tests.stories.evidence import EX, FIXED_ALL, FIXED_LOGON, LOGGING_FOLDER, OPEN, Server
from webshellhunt.model.traffic import LogKind

SETUP_LOG = "ExchangeSetupLogs/ExchangeSetup.log"


def run(build: str, day: str, title: str, *, ends: str = "operation completed successfully") -> str:
    """Return a run of the setup as its log has it, on a day such as ``03/20/2021``."""
    return (
        f"[{day} 19:30:40.0031] [0] Starting Microsoft Exchange Server {title} Setup\n[{day} "
        f"19:30:40.0047] [0] Setup version: {build}.\n"
        f"[{day} 20:47:52.0500] [0] The Exchange Server setup {ends}.\n"
    )


def hive(build: tuple[int, int, int, int]) -> bytes:
    names = ("MsiProductMajor", "MsiProductMinor", "MsiBuildMajor", "MsiBuildMinor")
    place: HiveTree = {"MsiInstallPath": "C:\\" + EX.replace("/", "\\") + "\\", **dict(zip(names, build, strict=True))}
    return build_hive({"Microsoft": {"ExchangeServer": {"v15": {"Setup": place}}}})


def test_the_program_decides_the_build() -> None:
    told = Server(FIXED_LOGON, "2021-03-05 22:31:07").hunt()
    assert told.summary["patch_state"]["build"] == "15.2.792.10"
    told.says(r"according to Bin\\ExSetup\.exe")
    told.never("OPEN to ProxyLogon")
    told.says("OPEN to ProxyShell")


def test_a_newer_completed_setup_counts_and_the_disagreement_is_said() -> None:
    server = Server(FIXED_LOGON, "2021-03-05 22:31:07")
    server.add(
        SETUP_LOG,
        run("15.2.792.3", "12/20/2020", "2019 Cumulative Update 8")
        + run("15.2.1748.10", "03/02/2025", "2019 Cumulative Update 15"),
    )
    told = server.hunt()
    assert told.summary["patch_state"]["build"] == "15.2.1748.10", told.summary["patch_state"]["build"]
    told.says(r"disagree|contradict|differ")
    told.never("OPEN to ProxyShell")


def test_a_setup_that_failed_does_not_count() -> None:
    server = Server(FIXED_LOGON, "2021-03-05 22:31:07")
    failed = run(
        "15.2.1748.10",
        "03/02/2025",
        "2019 Cumulative Update 15",
        ends="operation didn't complete. More details can be found in ExchangeSetup.log",
    )
    server.add(SETUP_LOG, run("15.2.792.3", "12/20/2020", "2019 Cumulative Update 8") + failed)
    told = server.hunt()
    assert told.summary["patch_state"]["build"] == "15.2.792.10"
    told.says("OPEN to ProxyShell")


def test_an_older_setup_log_does_not_disagree_with_an_update() -> None:
    server = Server(FIXED_LOGON, "2021-03-05 22:31:07")
    server.add(SETUP_LOG, run("15.2.792.3", "12/20/2020", "2019 Cumulative Update 8"))
    told = server.hunt()
    assert told.summary["patch_state"]["build"] == "15.2.792.10"
    told.never(r"witnesses disagree|contradict")


def test_the_registry_that_was_read_is_not_missing() -> None:
    server = Server(FIXED_LOGON, "2021-03-05 22:31:07")
    server.add("Windows/System32/config/SOFTWARE", hive((15, 2, 792, 3)))
    told = server.hunt()
    assert told.summary["coverage"]["registry"] in ("held", "partial"), told.summary["coverage"]
    told.never(r"registry: (not read|the paths of Exchange and the drive letters are assumed)")


def test_the_registry_alone_names_the_cumulative_update() -> None:
    server = Server()
    server.remove("ExSetup.exe", SETUP_LOG)
    server.add("Windows/System32/config/SOFTWARE", hive((15, 2, 792, 3)))
    state = server.hunt().summary["patch_state"]
    assert state["build"] == "15.2.792.3"
    assert state["exact"] is False


def test_the_log_of_the_front_end_names_the_build() -> None:
    server = Server()
    server.remove("ExSetup.exe", SETUP_LOG)
    columns = {"MajorVersion": 15, "MinorVersion": 2, "BuildVersion": 858, "RevisionVersion": 10}
    rows = [log_files.row(f"2021-05-03 04:0{n}:00", "/owa/", **columns) for n in range(3)]
    data = log_files.text_log(LogKind.HTTP_PROXY, *rows).replace(
        b"#Version: 15.01.2176.002", b"#Version: 15.02.0858.010"
    )
    server.add(f"{LOGGING_FOLDER}/HttpProxy/Owa/HttpProxy_2021050304-1.LOG", data)
    told = server.hunt()
    state = told.summary["patch_state"]
    assert state is not None
    assert state["build"] == "15.2.858.10", state and state["build"]
    told.says(r"HttpProxy")
    told.never("OPEN to ProxyToken")


def test_a_log_that_contradicts_the_program_is_said() -> None:
    """The rows of March were written by a build that the program's own version is older than."""
    server = Server(OPEN)
    columns = {"MajorVersion": 15, "MinorVersion": 2, "BuildVersion": 858, "RevisionVersion": 10}
    rows = [log_files.row(f"2021-05-03 04:0{n}:00", "/owa/", **columns) for n in range(3)]
    data = log_files.text_log(LogKind.HTTP_PROXY, *rows).replace(
        b"#Version: 15.01.2176.002", b"#Version: 15.02.0858.010"
    )
    server.add(f"{LOGGING_FOLDER}/HttpProxy/Owa/HttpProxy_2021050304-1.LOG", data)
    server.hunt().says(r"disagree|contradict")


def test_no_witness_leaves_the_build_unknown() -> None:
    server = Server()
    server.remove("ExSetup.exe", SETUP_LOG, "/15.2.", "Logging/")
    told = server.hunt()
    state = told.summary["patch_state"]
    assert state is None or state["build"] is None, state
    told.never(r"is open to ProxyLogon|OPEN to|Fixed: ")
    told.says(r"(build|patch)[^.]{0,60}(unknown|not known)|unknown build")


@pytest.mark.parametrize(
    ("build", "said", "never"),
    [
        (FIXED_ALL, r"2025-10-14|14 October 2025", None),
        (
            FIXED_ALL,
            r"(paid|extended|extension)[^.]{0,80}(ended|over|October 2026|2026-10)",
            r"without paid extensions\)(?!.{0,80}2026)",
        ),
        ((15, 1, 2507, 75), r"2025-10-14|14 October 2025", None),
        ((15, 1, 2507, 75), r"(paid|extended|extension)[^.]{0,80}(ended|over|October 2026|2026-10)", None),
        ((15, 0, 1497, 48), r"2023-04-11|11 April 2023", None),
    ],
)
def test_the_end_of_support(build: tuple[int, int, int, int], said: str, never: str | None) -> None:
    told = Server(build, "2026-10-05 02:10:00").hunt()
    told.says(said)
    if never is not None:
        told.never(never)


def test_the_subscription_edition_is_supported() -> None:
    told = Server((15, 2, 2562, 53), "2026-10-05 02:10:00").hunt()
    told.never(r"support (has )?ended|End of support: 202[0-6]")
    told.never(r"OPEN to ")


def test_a_patched_server_is_open_to_no_wave() -> None:
    told = Server(FIXED_ALL, "2026-10-05 02:10:00").hunt()
    told.quiet()
    assert "open to" not in told.sentence, told.sentence
    told.never(r"OPEN to ")


def test_a_build_newer_than_the_data() -> None:
    told = Server((15, 2, 2562, 99), "2026-11-25 02:10:00").hunt()
    told.says(r"newer than|unknown (newer )?build|not in the (list|data)")
    told.never(r"OPEN to ")


def test_the_date_of_a_build_is_not_its_installation() -> None:
    server = Server(FIXED_LOGON)
    del server.times[f"{EX}/Bin/ExSetup.exe"]
    server.remove(SETUP_LOG)
    told = server.hunt()
    told.never(r"installed on 2021-03-02")
    assert re.search(r"not before (its release on )?2021-03-02", told.text), told.text[:900]
