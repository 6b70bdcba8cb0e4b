"""Events of Defender about pages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import pytest

from tests.builders.event_logs import Event, event_record
from tests.builders.specimens import specimen
from webshellhunt.correlation.server_acts.records import EVENT_IDS, iter_acts, iter_detected, iter_weakened
from webshellhunt.logs.event_fields import read_json_event
from webshellhunt.model.traffic import LogKind, Record
from webshellhunt.views.logged_acts import Gravity, Idea, LoggedAct

SHELL, MALWARE = "Backdoor:ASP/Chopper", "Trojan:Win32/Wacatac"
PAGE = r"C:\inetpub\wwwroot\aspnet_client\x.aspx"
PROVIDER = "Microsoft-Windows-Windows Defender"


def _acts(threat: str, path: str, number: int = 1117, values: Mapping[str, str] | None = None) -> list[LoggedAct]:
    data = {"Threat Name": threat, "Path": path, "Action Name": "Quarantine", "Error Code": "0x00000000"}
    data |= values or {}
    return list(iter_detected(event_record(Event(number, PROVIDER, data))))


def test_a_web_shell_that_was_taken_away() -> None:
    (act,) = _acts(SHELL, f"file:_{PAGE}", values={"Detection User": "D\\a"})
    assert (act.idea, act.gravity, act.path, act.who) == (Idea.PAGE_DETECTED, Gravity.GRAVE, PAGE, "D\\a")
    assert act.shown == f"quarantine: {SHELL} in {PAGE}"


def test_each_file_once_whatever_its_parts() -> None:
    path = f"containerfile:_{PAGE}; file:_{PAGE}->(SCRIPT01); webfile:_{PAGE}|https://x|pid:1; process:_pid:12"
    assert [act.path for act in _acts(SHELL, path)] == [PAGE]


@pytest.mark.parametrize(
    ("number", "action", "error", "words"),
    [
        (1116, "Not Applicable", "0x00000000", "detected"),
        (1117, "Remove", "0x80508023", "remove failed (0x80508023)"),
        (1117, "", "", "detected"),
        (1007, "Allow", "0x0", "allow"),
    ],
)
def test_the_action(number: int, action: str, error: str, words: str) -> None:
    (act,) = _acts(SHELL, f"file:_{PAGE}", number, {"Action Name": action, "Error Code": error})
    assert act.shown.partition(":")[0] == words


def test_malware_needs_the_name_of_a_page() -> None:
    (act,) = _acts(MALWARE, f"file:_{PAGE}")
    assert act.gravity is Gravity.ODD
    assert _acts(MALWARE, r"file:_C:\inetpub\wwwroot\invoice.pdf") == []


@pytest.mark.parametrize(
    ("threat", "path"),
    [
        (SHELL, r"file:_C:\Users\a\Downloads\x.aspx"),
        ("Virus:DOS/EICAR_Test_File", f"file:_{PAGE}"),
        ("PUA:Win32/Presenoker", f"file:_{PAGE}"),
        ("", f"file:_{PAGE}"),
        (SHELL, ""),
        (SHELL, "file:_" + "x" * 5_000),
    ],
)
def test_other_detections_are_no_acts(threat: str, path: str) -> None:
    assert _acts(threat, path) == []


def test_the_numbers_are_asked_for_and_the_provider_decides() -> None:
    assert {1006, 1007, 1116, 1117} <= EVENT_IDS
    data = {"Threat Name": SHELL, "Path": f"file:_{PAGE}"}
    assert [act.idea for act in iter_acts(event_record(Event(1116, PROVIDER, data)))] == [Idea.PAGE_DETECTED]
    assert [act.idea for act in iter_acts(event_record(Event(1116, "Microsoft Antimalware", data)))] == [
        Idea.PAGE_DETECTED
    ]
    assert list(iter_acts(event_record(Event(1116, "Other", data)))) == []


def _changed(new: str, old: str = "") -> list[tuple[Gravity, str, str]]:
    event = Event(5007, PROVIDER, {"New Value": new, "Old Value": old})
    return [(act.gravity, act.shown, act.reason) for act in iter_weakened(event_record(event))]


def test_an_exclusion_that_no_product_needs() -> None:
    key = r"HKLM\SOFTWARE\Microsoft\Windows Defender\Exclusions"
    assert _changed(rf"{key}\Paths\C:\Users\Public = 0x0") == [
        (Gravity.ODD, r"exclusion of the path C:\Users\Public", "it is in the public folder of all users")
    ]
    assert _changed(rf"{key}\Processes\powershell.exe = 0x0")[0][1] == "exclusion of the process powershell.exe"
    assert _changed(rf"{key}\Extensions\.aspx = 0x0")[0][1] == "exclusion of the extension .aspx"
    assert _changed(rf"{key}\Extensions\.edb = 0x0") == []
    assert _changed(rf"{key}\Processes\C:\Windows\System32\WindowsPowerShell\v1.0\PowerShell.exe = 0x0") == []
    assert _changed(rf"{key}\Paths\%SystemRoot%\Temp\OICE_<GUID> = 0x0") == []
    assert _changed("", rf"{key}\Paths\C:\Users\Public = 0x0") == []
    assert _changed(r"HKLM\SOFTWARE\Microsoft\Windows Defender\Scan\x = 0x0") == []


def test_a_protection_that_was_switched_off_is_a_note() -> None:
    (act,) = iter_acts(event_record(Event(5001, PROVIDER, {})))
    assert (act.idea, act.gravity) == (Idea.PROTECTION_WEAKENED, Gravity.NOTE)
    assert {5001, 5007} <= EVENT_IDS


def test_real_exclusions_of_ordinary_folders_are_no_acts() -> None:
    folder = "mdecrevoisier+EVTX-to-MITRE-Attack/TA0005-Defense Evasion"
    folder += "/T1562.001-Impair Defenses-Disable or Modify tool"
    records = list(_real(f"{folder}/ID5007-Defender threat exclusion (native).evtx"))
    assert [act.shown for each in records for act in iter_weakened(each)] == []
    assert any("Exclusions" in (each.text("data.new value") or "") for each in records)


def _real(name: str) -> Iterator[Record]:
    events = pytest.importorskip("webshellhunt.logs.events")
    pytest.importorskip("evtx")
    data = specimen(name).read_bytes()
    for each in events.iter_raw_events(lambda offset, size: data[offset : offset + size], events.Damage()):
        fields = read_json_event(json.loads(each.text))
        if fields is not None:
            yield Record(name, each.number, LogKind.EVENTS, fields)


@pytest.mark.parametrize(
    "name",
    [
        "fox-it+dissect.target/defender-operational.evtx",
        "mdecrevoisier+EVTX-to-MITRE-Attack/Antivirus/ID1116-1117-Defender threat detected.evtx",
    ],
)
def test_real_events_about_other_files_are_no_acts(name: str) -> None:
    records = list(_real(name))
    detections = [each for each in records if each.number("event_id") in (1116, 1117)]
    assert detections
    assert all(each.text("data.threat name") and each.text("data.path") for each in detections)
    assert [act for each in records for act in iter_detected(each)] == []
