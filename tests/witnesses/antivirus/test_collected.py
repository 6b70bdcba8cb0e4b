"""The collection of Defender's records: folders in any spelling, bounds, and damage."""

from __future__ import annotations

import pytest

from tests.builders.quarantine import FOLDER, content_name, detection_lines, history, log, quarantined
from webshellhunt.antivirus import obfuscation
from webshellhunt.antivirus.quarantine import BackedUp
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.limits import Limits
from webshellhunt.sources import MemorySource
from webshellhunt.witnesses.antivirus import collected
from webshellhunt.witnesses.antivirus.collected import AntivirusRecords, collect_records, read_content

PAGE = r"C:\inetpub\wwwroot\aspnet_client\x.aspx"
THREAT = "Backdoor:ASP/Chopper"
KEPT = quarantined(PAGE, b"<html/>", THREAT)
HISTORY = f"{FOLDER}/Scans/History/Service/DetectionHistory"
GUID = "513F108E-C674-4D19-AE23-79C9AD68A0E6"
LOG = f"{FOLDER}/Support/MPLog-20210301-010101.log"
FILES = {
    **KEPT,
    f"{HISTORY}/01/{GUID}": history(THREAT, [("file", PAGE)]),
    LOG: log(*detection_lines(THREAT, PAGE), "Ext Exclusions:", "  .edb", "2021-03-05T00:00:00Z RTPStatus:1->0"),
    f"{FOLDER}/Support/other.log": b"\xff\xfex\0",
}


def _collect(files: dict[str, bytes], unreadable: tuple[str, ...] = ()) -> AntivirusRecords:
    source = MemorySource(files, unreadable=unreadable)
    return collect_records(source, survey(source, Limits()))


def test_all_kinds_of_records_are_collected() -> None:
    found = _collect(FILES)
    records = [each.record.rpartition("\\")[2] for each in found.detections]
    assert records == ["{80036A12-0000-0000-FB11-12639186E0D6}", GUID, *["MPLog-20210301-010101.log"] * 3]
    assert list(found.contents) == [content_name(PAGE)]
    assert [each.value for each in found.exclusions] == [".edb"]
    assert [each.weakens for each in found.changes] == [True]
    assert found.gaps == []


@pytest.mark.parametrize(
    "folder", ["C/programdata/MICROSOFT/windows defender", "C/ProgramData/Microsoft/Microsoft Antimalware"]
)
def test_a_folder_in_another_spelling_or_of_an_older_product(folder: str) -> None:
    assert len(_collect({path.replace(FOLDER, folder): data for path, data in FILES.items()}).detections) == 5


def test_a_host_without_records() -> None:
    assert _collect({"C/inetpub/wwwroot/x.htm": b""}) == AntivirusRecords()


def test_damaged_records_are_counted_once_for_each_folder() -> None:
    entries = {f"{FOLDER}/Quarantine/Entries/{number}": b"x" * 99 for number in range(3)}
    (gap,) = _collect({**FILES, **entries, f"{HISTORY}/02/{GUID}": b"x"}).gaps[:1]
    assert (gap.code, gap.stage) == ("antivirus-record-broken", "witnesses")
    assert gap.reason.startswith("3 records of Defender")


def test_unreadable_records_are_gaps() -> None:
    paths = tuple(path for path in FILES if "/Entries/" in path or "MPLog" in path or GUID in path)
    found = _collect(FILES, paths)
    assert found.detections == []
    assert [gap.code for gap in found.gaps] == ["unreadable"] * 3


def test_a_folder_that_can_not_be_listed_is_a_gap() -> None:
    found = _collect(FILES, (f"{FOLDER}/Support",))
    assert [gap.code for gap in found.gaps] == ["unreadable"]


def test_the_number_of_records_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collected, "MOST_FILES", 1)
    second = {f"{FOLDER}/Quarantine/Entries/9": next(iter(KEPT.values())), f"{HISTORY}/02/{GUID}": b"x"}
    files = {path: data for path, data in {**FILES, **second}.items() if "/Support/" not in path}
    found = _collect(files)
    assert [gap.code for gap in found.gaps] == ["antivirus-records-left-out"] * 2
    assert len(found.detections) == 2


def test_the_latest_logs_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collected, "MOST_LOGS", 1)
    found = _collect({LOG: FILES[LOG], LOG.replace("2021", "2022"): log(*detection_lines(THREAT, PAGE))})
    assert [gap.code for gap in found.gaps] == ["antivirus-records-left-out"]
    assert (len(found.detections), found.exclusions) == (3, [])


def test_the_detections_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collected, "MOST_DETECTIONS", 2)
    found = _collect(FILES)
    assert len(found.detections) == 2
    assert [gap.code for gap in found.gaps] == ["antivirus-records-left-out"]


def test_digests_of_a_log_belong_to_the_same_path() -> None:
    device = PAGE.replace("C:", r"\Device\HarddiskVolume3")
    query = f"2021-03-04T05:06:06Z SDN:Issuing SDN query for {device} ({device}) (sha1={'ab' * 20}, sha2={'cd' * 32})"
    found = _collect({LOG: log(query, *detection_lines(THREAT, PAGE))})
    assert {each.facts.sha256 for each in found.detections} == {"cd" * 32}


def test_the_content_of_a_quarantined_file(monkeypatch: pytest.MonkeyPatch) -> None:
    source = MemorySource(FILES)
    (entry,) = _collect(FILES).contents.values()
    assert read_content(source, entry) == BackedUp("", b"<html/>")
    broken = MemorySource({entry.path: obfuscation.restore(b"x" * 99)})
    assert read_content(broken, entry) == "its quarantined content is damaged"
    assert "can't be read" in str(read_content(MemorySource(FILES, unreadable=(entry.path,)), entry))
    monkeypatch.setattr(obfuscation, "MOST_BYTES", 1)
    assert "only 0 MiB are decoded" in str(read_content(source, entry))
