"""Files of the detection history: built ones, real ones of two years, and damaged ones."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.mutants import mutants
from tests.builders.quarantine import DETECTED, REMOVED, history
from tests.builders.specimens import specimen
from tests.builders.steps import at_most
from webshellhunt.antivirus.detection_history import MOST_BYTES, read_history
from webshellhunt.antivirus.records import Detection, FileFacts, Outcome

PAGE = r"C:\inetpub\wwwroot\aspnet_client\x.aspx"
SHA256 = "ab" * 32
MUTANTS = 2_000
BUILT = history("Backdoor:ASP/Chopper", [("file", PAGE), ("webfile", f"{PAGE}|https://x/|pid:1")], sha256=SHA256)
PLASO = "log2timeline+plaso/test_data/windefender_history"
OTHERS = "cert-orangecyberdefense+wddh-parser/tests/data"


def _read(path: Path) -> tuple[Detection, ...]:
    found = read_history(path.read_bytes())
    assert found is not None
    return found


def test_each_resource_is_a_detection() -> None:
    found = read_history(BUILT, "record")
    assert found is not None
    page, origin = found
    assert (page.threat, page.kind, page.resource) == ("Backdoor:ASP/Chopper", "file", PAGE)
    assert (page.outcome, page.record, page.detected_utc, page.acted_utc) == (
        Outcome.QUARANTINED, "record", DETECTED, REMOVED,
    )  # fmt: skip
    assert (page.user, page.process) == (r"EXCH01\SYSTEM$", r"C:\Windows\System32\inetsrv\w3wp.exe")
    assert page.facts == FileFacts(sha256=SHA256, size_bytes=42)
    assert origin.kind == "webfile"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (1, Outcome.DETECTED),
        (2, Outcome.CLEANED),
        (4, Outcome.REMOVED),
        (5, Outcome.ALLOWED),
        (6, Outcome.BLOCKED),
        (103, Outcome.FAILED),
        (106, Outcome.LEFT),
        (99, Outcome.DETECTED),
    ],
)
def test_the_status_is_the_outcome(status: int, outcome: Outcome) -> None:
    found = read_history(history("Backdoor:ASP/Chopper", [("file", PAGE)], status=status))
    assert found is not None
    assert found[0].outcome is outcome
    assert (found[0].acted_utc is None) == (outcome is Outcome.DETECTED)


def test_the_real_files_of_plaso() -> None:
    container, file, origin = _read(specimen(f"{PLASO}/6AFE33A0-19BA-4FFF-892F-B700539D7D63"))
    assert [each.kind for each in (container, file, origin)] == ["containerfile", "file", "webfile"]
    assert file.path == container.path == r"C:\Users\testuser\Downloads\eicar_com.zip"
    assert file.facts.md5 == "44d88612fea8a8f36de82e1278abb02f"
    assert file.facts.sha256 == "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f"
    assert file.outcome is Outcome.GONE  # its status is a failure, with the error that nothing was found
    assert (file.user, file.process) == (r"FRYPTOP\testuser", "")
    unwanted, _ = _read(specimen(f"{PLASO}/FC380697-A68D-4C94-B67F-9B6449039463"))
    assert (unwanted.threat, unwanted.outcome) == ("PUA:Win32/EICAR_Test_File", Outcome.DETECTED)
    assert unwanted.detected_utc == datetime(2022, 7, 22, 5, 32, 27, 655895, tzinfo=UTC)


def test_the_real_files_of_a_simulated_attack() -> None:
    files = sorted(path for path in specimen(OTHERS).rglob("*-*-*-*-*") if path.is_file())
    found = [each for path in files for each in _read(path)]
    assert len(files) == 15
    kinds = Counter(each.kind for each in found)
    assert (kinds["file"], kinds["process"], kinds["CmdLine"], kinds["regkeyvalue"]) == (11, 2, 2, 2)
    assert all(each.facts.sha256 is not None for each in found if each.kind == "file")
    outcomes = Counter(each.outcome for each in found if each.kind == "file")
    assert outcomes == {Outcome.QUARANTINED: 8, Outcome.GONE: 2, Outcome.DETECTED: 1}


def test_another_file_is_none_of_the_history() -> None:
    assert read_history(b"") is None
    assert read_history(bytes(5_000)) is None
    assert read_history(BUILT[:64]) is None
    assert read_history(BUILT + bytes(MOST_BYTES)) is None


@given(st.binary(max_size=500))
def test_any_bytes_are_read(data: bytes) -> None:
    read_history(data)


@given(st.integers(0, len(BUILT)), st.binary(max_size=64))
def test_any_part_may_be_overwritten(at: int, data: bytes) -> None:
    read_history(BUILT[:at] + data + BUILT[at + len(data) :])


def test_mutants_are_read() -> None:
    for data in mutants(BUILT, MUTANTS):
        with at_most(500_000):
            read_history(data)


def test_mutants_of_a_real_file_are_read() -> None:
    real = specimen(f"{PLASO}/6AFE33A0-19BA-4FFF-892F-B700539D7D63").read_bytes()
    for data in mutants(real, MUTANTS):
        with at_most(500_000):
            read_history(data)
