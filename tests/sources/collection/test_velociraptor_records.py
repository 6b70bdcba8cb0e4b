from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.mutants import mutants
from tests.builders.triage import json_lines, velociraptor
from webshellhunt.model.artifact import Timestamps
from webshellhunt.sources import MemorySource
from webshellhunt.sources.collection.layout import Layout, Records
from webshellhunt.sources.collection.velociraptor_records import read_records, shadow_top, tree_path

_WHEN = datetime(2021, 3, 3, 8, 15, 2, tzinfo=UTC)
_TEXT = "2021-03-03T08:15:02Z"
_DEVICE = "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy3"


def _read(**files: bytes) -> Records:
    named = {
        name.replace("__", "/").replace("_json", ".json").replace("_csv", ".csv"): data for name, data in files.items()
    }
    return read_records(MemorySource(named), Layout("x", (), frozenset(), read_records))


@pytest.mark.parametrize(
    ("row", "times"),
    [
        ({"SourceFile": "C:\\x", "Modified": _TEXT, "Created": _TEXT}, Timestamps(_WHEN, _WHEN, original=True)),
        ({"SourceFile": "\\\\.\\c:\\X", "Changed": _TEXT}, Timestamps(changed_utc=_WHEN, original=True)),
        ({"OSPath": "C:\\x", "Mtime": _TEXT, "Atime": _TEXT}, Timestamps(_WHEN, accessed_utc=_WHEN, original=True)),
        ({"FullPath": "C:\\x", "Btime": _TEXT}, Timestamps(created_utc=_WHEN, original=True)),
        ({"OSPath": "C:\\x", "Modifed": _TEXT}, Timestamps(_WHEN, original=True)),
        ({"OSPath": "C:\\x", "Modified": _TEXT}, None),
        ({"FullPath": "C:\\x", "Created": _TEXT}, None),
    ],
)
def test_times_of_each_artifact(row: dict[str, object], times: Timestamps | None) -> None:
    assert _read(results__a_json=json_lines([row])).times.get("C:/X") == times


def test_only_uploaded_files_have_times() -> None:
    rows: list[dict[str, object]] = [{"SourceFile": f"C:\\{name}", "Modified": _TEXT} for name in "ab"]
    upload: dict[str, object] = {"vfs_path": "C:\\a", "file_size": 1, "uploaded_size": 1}
    assert list(_read(results__a_json=json_lines(rows), uploads_json=json_lines([upload])).times) == ["C:/A"]


def test_a_collection_with_csv_only() -> None:
    records = _read(
        results__a_csv=b"SourceFile,Modified\nC:\\x.aspx,2021-03-03T08:15:02Z\n",
        uploads_csv=b"vfs_path,file_size,uploaded_size,Type\nC:\\x.aspx,9,1,\n",
    )
    assert records.times == {"C:/X.ASPX": Timestamps(_WHEN, original=True)}
    assert records.gaps[0].reason == "the collector stored 1 of its 9 bytes"


def test_components_outweigh_the_path() -> None:
    row: dict[str, object] = {
        "vfs_path": "X.aspx", "file_size": 9, "uploaded_size": 1,
        "_Components": ["clients", "C.1", "collections", "F.1", "uploads", "auto", "C:", "w", "x.aspx"],
    }  # fmt: skip
    assert _read(uploads_json=json_lines([row])).gaps[0].path == "C:\\w\\x.aspx"
    index = {**row, "Type": "idx"}
    assert _read(uploads_json=json_lines([row, index])).gaps == ()
    whole = {**row, "uploaded_size": 9}
    assert _read(uploads_json=json_lines([row, whole])).gaps == ()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("results__a_json", {"DeviceObject": _DEVICE, "InstallDate": "20210303081502.123456+000"}),
        ("results__a_json", {"OSPath": _DEVICE, "Data": {"DeviceObject": _DEVICE, "InstallDate": _TEXT}}),
        ("log_json", {"message": f"vss: Found VSS {_DEVICE} that  was created at {_TEXT}\n"}),
        ("log_json", {"message": f"vss: Found VSS {_DEVICE} created {_TEXT} within Max Age of 7 days\n"}),
    ],
)
def test_the_creation_of_a_shadow_copy(name: str, data: dict[str, object]) -> None:
    assert _read(**{name: json_lines([data])}).shadows == {"HARDDISKVOLUMESHADOWCOPY3": _WHEN}


@pytest.mark.parametrize(
    ("info", "computer"),
    [
        ({"Hostname": "EX01", "Fqdn": "EX01.corp.example"}, "EX01"),
        ({"client_id": "C.1", "hostname": "EX01"}, "EX01"),
        ({"os_info": {"fqdn": "EX01.corp.example"}}, "EX01"),
        ({"Hostname": ""}, None),
        ([], None),
    ],
)
def test_the_computer_of_old_and_new_versions(info: object, computer: str | None) -> None:
    assert _read(client_info_json=json.dumps(info).encode()).computer == computer


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("\\\\.\\C:\\$Extend\\$UsnJrnl:$J", "C:/$Extend/$UsnJrnl:$J"),
        ("c:/w//x.aspx", "C:/w/x.aspx"),
        (f"{_DEVICE}\\w", "HarddiskVolumeShadowCopy3/w"),
        ("/etc/passwd", None),
    ],
)
def test_paths_of_records(text: str, path: str | None) -> None:
    assert tree_path(text) == path


def test_devices_of_shadow_copies() -> None:
    assert shadow_top(_DEVICE) == "HarddiskVolumeShadowCopy3"
    assert shadow_top("C:") is None


_VALUES = st.none() | st.integers() | st.floats() | st.text(max_size=8) | st.lists(st.text(max_size=4), max_size=3)
_KEYS = st.sampled_from(
    ["vfs_path", "_Components", "file_size", "Type", "SourceFile", "Modified", "Data", "InstallDate"]
)


@given(st.lists(st.dictionaries(_KEYS, _VALUES), max_size=4))
def test_any_records_are_no_error(rows: list[dict[str, object]]) -> None:
    data = json_lines(rows)
    _read(uploads_json=data, results__a_json=data, log_json=data)


def test_mutants_of_the_records() -> None:
    collected = velociraptor(MemorySource({f"C/w/{number}.aspx": b"" for number in range(9)}))
    for path, data in collected.files.items():
        if not path.startswith("uploads/") and data:
            for mutant in mutants(data, 60):
                read_records(
                    MemorySource({**collected.files, path: mutant}), Layout("x", (), frozenset(), read_records)
                )
