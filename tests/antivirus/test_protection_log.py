"""Protection logs: built lines in the forms of several years, real logs, and any text."""

from __future__ import annotations

import codecs
from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.mutants import mutants
from tests.builders.quarantine import detection_lines, log
from tests.builders.specimens import specimen
from tests.builders.steps import at_most
from webshellhunt.antivirus import protection_log
from webshellhunt.antivirus.protection_log import ProtectionLog, read_log
from webshellhunt.antivirus.records import Exclusion, FileFacts, Outcome

THREAT = "Backdoor:ASP/Webshell!MSR"
PAGE = r"C:\inetpub\wwwroot\moveit.asp"
FOLDER = "AndrewRathbun+DFIRArtifactMuseum/Windows/WindowsDefender"
SERVER = f"{FOLDER}/Server2022/APTSimulatorVM/MPLog-20231017-224350.log"
ATTACKED = f"{FOLDER}/APTSimulatorVM/unpacked/Support/MPLog-20220310-113238.log"
QUIET = f"{FOLDER}/BelkasoftCTF_InsiderThreat/MPLog-20200801-144809.log"
AT = datetime(2023, 7, 12, 11, 16, 35, tzinfo=UTC)


def _read(*lines: str) -> ProtectionLog:
    return read_log([log(*lines)], "MPLog-1.log")


def test_a_detection_and_its_action() -> None:
    found = _read(*detection_lines(THREAT, PAGE)).detections
    assert [(each.outcome, each.threat, each.kind, each.resource) for each in found] == [
        (Outcome.DETECTED, THREAT, "file", PAGE),
        (Outcome.DETECTED, THREAT, "file", PAGE),
        (Outcome.QUARANTINED, THREAT, "file", PAGE),
    ]
    assert [each.line for each in found] == [3, 4, 5]
    assert (found[0].acted_utc, found[2].detected_utc) == (None, None)


@pytest.mark.parametrize(
    ("action", "result", "outcome"),
    [
        ("REMOVE", "0", Outcome.REMOVED),
        ("CLEAN", "0x0", Outcome.CLEANED),
        ("ALLOW", "0", Outcome.ALLOWED),
        ("NOACTION", "0", Outcome.LEFT),
        ("BLOCK", "0", Outcome.BLOCKED),
        ("QUARANTINE", "0x80508023", Outcome.GONE),
        ("QUARANTINE", "0x80070005", Outcome.FAILED),
        ("UNKNOWN", "0", Outcome.DETECTED),
        ("REMOVE", "nonsense", Outcome.REMOVED),
    ],
)
def test_an_action_with_its_result_is_an_outcome(action: str, result: str, outcome: Outcome) -> None:
    assert _read(*detection_lines(THREAT, PAGE, action=action, result=result)).detections[-1].outcome is outcome


@pytest.mark.parametrize(
    ("stamp", "when"),
    [
        ("2023-07-12T11:16:35.087Z", AT),
        ("2023-07-12T11:16:35.087", AT),
        ("2023-07-12T11:16:35Z", AT),
        ("2023-07-12T13:16:35.087+02:00", AT),
        ("2023-13-40T11:16:35Z", None),
    ],
)
def test_a_time_is_in_utc_in_each_form(stamp: str, when: datetime | None) -> None:
    (found,) = _read(f"{stamp} DETECTION {THREAT} file:{PAGE}").detections
    assert found.detected_utc == when


def test_several_resources_and_parts_of_a_file() -> None:
    resources = (
        f"containerfile:{PAGE};file:{PAGE}->(SCRIPT0065);process:pid:12,ProcessStart:13;webfile:C:\\a;b|https://x;"
    )
    found = _read(f"2023-07-12T11:16:35Z DETECTIONEVENT MPSOURCE_SYSTEM {THREAT} {resources}").detections
    assert [(each.kind, each.resource, each.path) for each in found] == [
        ("containerfile", PAGE, PAGE),
        ("file", f"{PAGE}->(SCRIPT0065)", PAGE),
        ("process", "pid:12,ProcessStart:13", "pid:12,ProcessStart:13"),
        ("webfile", "C:\\a;b|https://x", "C:\\a;b|https://x"),
    ]


def test_a_block_of_actions() -> None:
    found = _read(
        "2023-07-12T11:16:35.087Z Task started",
        "Beginning threat actions",
        "Start time:07-12-2023 13:16:40",
        f"Threat Name:{THREAT}",
        "Threat ID:2147726364",
        "Action:quarantine",
        "Schema:file",
        f"Path:\\\\?\\{PAGE}",
        "Result:0",
        "Schema:file",
        "Path:\\\\?\\C:\\b.asp",
        "Result:2147942405",
        "Finished threat actions",
        "Result:0",
    ).detections
    assert [(each.resource, each.outcome, each.acted_utc) for each in found] == [
        (PAGE, Outcome.QUARANTINED, AT),
        ("C:\\b.asp", Outcome.FAILED, AT),
    ]


def test_exclusions_are_listed_once() -> None:
    rows = ("Process Exclusions:", r"  C:\Windows\System32\inetsrv\w3wp.exe", "Path Exclusions:", "  D:\\Logs")
    found = _read("2023-07-12T11:16:35Z x", *rows, "Ext Exclusions:", "  .edb", "Worker Threads:", "  AM:15", *rows)
    assert list(found.exclusions.values()) == [
        Exclusion("process", r"C:\Windows\System32\inetsrv\w3wp.exe", "MPLog-1.log", 5),
        Exclusion("path", "D:\\Logs", "MPLog-1.log", 7),
        Exclusion("extension", ".edb", "MPLog-1.log", 9),
    ]


def test_changes_of_the_protection() -> None:
    found = _read(
        "2023-07-12T11:16:35Z [RTP] RTPPlugin state changed, follow: RTPStatus:1->0",
        "2023-07-12T12:16:35Z [RTP] RTPPlugin state changed, follow: RTPStatus:0->1",
        "2023-07-12T12:16:36Z [TP] State change. FeatureAvailable: True, NewState: 0, OldState: 0x5, Source: ATP",
        "2023-07-12T12:16:36Z [TP] State change. FeatureAvailable: True, NewState: 0, OldState: 2, Source: Signatures,",
        "2023-07-12T12:16:36Z [TP] State change. FeatureAvailable: True, NewState: 0x5, OldState: 0, Source: ATP",
        r"2023-07-12T12:16:37Z [Mini-filter] Denied access to registry: HKLM\x\Exclusions\Paths, value: C:\T, pid: 9",
        "Plugin States:  AV:2  AS:2  RTP:2  OA:2  BM:2",
        "Plugin States:  AV:0  AS:0  RTP:0  OA:0  BM:0",
    ).changes
    assert [(each.words.partition(":")[0], each.weakens) for each in found] == [
        ("real-time protection was switched off", True),
        ("real-time protection was switched on", False),
        ("tamper protection changed from state 5 to 0", True),
        ("a program tried to set an exclusion, and was refused", False),
        ("real-time protection is off since an earlier entry of this log", True),
    ]
    assert found[0].when_utc == AT


def test_the_digests_of_a_query_to_the_cloud() -> None:
    device = r"\Device\HarddiskVolume4\inetpub\wwwroot\moveit.asp"
    sha1, sha256 = "F5" * 20, "0a" * 32
    text = f"2023-07-12T11:16:34.869Z SDN:Issuing SDN query for {device} ({device}) (sha1={sha1}, sha2={sha256})"
    assert _read(text).digests == {device.lower(): FileFacts(sha256=sha256, sha1=sha1.lower())}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8", "utf-8-sig"])
def test_each_encoding_and_any_cut_into_blocks(encoding: str) -> None:
    data = "\r\n".join(("x", *detection_lines(THREAT, "C:\\ä€.asp"))).encode(encoding)
    data = (codecs.BOM_UTF16_BE if encoding == "utf-16-be" else b"") + data
    whole = read_log([data]).detections
    assert [each.resource for each in whole] == ["C:\\ä€.asp"] * 3
    assert read_log([data[at : at + 7] for at in range(0, len(data), 7)]).detections == whole


def test_a_long_line_is_cut_and_the_next_one_read() -> None:
    (found,) = _read("x" * 100_000, f"2023-07-12T11:16:35Z DETECTION {THREAT} file:{PAGE}").detections
    assert found.line == 4


def test_the_records_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MOST_DETECTIONS", "MOST_EXCLUSIONS", "MOST_CHANGES"):
        monkeypatch.setattr(protection_log, name, 1)
    off = "2023-07-12T11:16:35Z RTPStatus:1->0"
    found = _read(*detection_lines(THREAT, PAGE), off, off, "Ext Exclusions:", " .a", " .b")
    assert (len(found.detections), len(found.changes), len(found.exclusions), found.left_out) == (1, 1, 1, 4)


def test_a_real_log_of_a_server() -> None:
    found = read_log([specimen(SERVER).read_bytes()])
    threats = {each.threat for each in found.detections}
    assert threats == {
        "Trojan:JS/SharpShooter.A", "HackTool:JS/Jsprat", "Backdoor:PowerShell/Powercat.A",
        "Backdoor:PHP/Remoteshell.V", "Trojan:Win32/Tiggre!rfn",
    }  # fmt: skip
    done = [each for each in found.detections if each.outcome is Outcome.QUARANTINED]
    assert {each.resource.rpartition("\\")[2] for each in done} == {"cactus.js"}
    assert done[0].acted_utc == datetime(2023, 10, 18, 2, 51, 2, tzinfo=UTC)
    assert found.changes == []  # a new installation until its first update


def test_a_real_log_of_a_simulated_attack() -> None:
    found = read_log([specimen(ATTACKED).read_bytes()])
    files = Counter(each.outcome for each in found.detections if each.kind == "file")
    assert set(files) == {Outcome.DETECTED, Outcome.QUARANTINED, Outcome.GONE, Outcome.FAILED}
    assert len({each.resource for each in found.detections if each.kind == "file"}) == 8
    assert [each.words[:30] for each in found.changes] == ["a program tried to set an excl"]
    assert len(found.digests) == 3


def test_a_real_log_without_a_detection() -> None:
    found = read_log([specimen(QUIET).read_bytes()])
    assert (found.detections, found.exclusions, found.changes) == ([], {}, [])


@given(st.lists(st.binary(max_size=200), max_size=4))
def test_any_bytes_are_read(blocks: list[bytes]) -> None:
    read_log(blocks)


PIECES = (
    "2023-07-12T11:16:35Z ", "DETECTION", "EVENT ", "_CLEANEVENT ", "MPSOURCE_REALTIME ", "MP_THREAT_ACTION_REMOVE ",
    "0 ", THREAT, " ", "file:", PAGE, ";", "Beginning threat actions", "Result:", "Path:", "Schema:file", "Action:x",
    "Threat Name:y", "Path Exclusions:", "RTPStatus:9->0", "[TP] State change. NewState: 0, OldState: 1",
    "Plugin States:RTP:0",
    "SDN:Issuing SDN query for a (a) (sha1=", "\0", "é",
)  # fmt: skip


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=9), max_size=20))
def test_any_lines_of_known_words_are_read(lines: list[list[str]]) -> None:
    _read(*("".join(line) for line in lines))


def test_mutants_of_a_real_log_are_read() -> None:
    real = specimen(SERVER).read_bytes()[-40_000:]
    for data in mutants(codecs.BOM_UTF16_LE + real, 30):
        with at_most(2_000_000):
            read_log([data])


@pytest.mark.parametrize(
    "piece", ["a:", "x ", "Issuing SDN query for ", " (\\", "[RTP] DETECTION ", ";file:", "Exclusions\\"]
)
def test_a_hostile_line_takes_no_time(piece: str) -> None:
    line = (f"2023-07-12T11:16:35Z DETECTIONEVENT MPSOURCE_X {piece * 9_000}")[:16_000]
    with at_most(100_000):
        _read(line, line.replace("DETECTIONEVENT", "SDN:Issuing SDN query for"), line.replace("EVENT", "_CLEANEVENT"))
