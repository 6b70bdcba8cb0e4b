from __future__ import annotations

import json
import pickle
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.mutants import mutants
from tests.builders.specimens import specimen
from tests.builders.triage import json_lines, velociraptor
from webshellhunt.errors import SeveralHostsError, SourceNotFoundError, UnopenedContainerError
from webshellhunt.model.artifact import Timestamps
from webshellhunt.sources import DirectorySource, MemorySource, open_source
from webshellhunt.sources.collection import with_layout
from webshellhunt.sources.collection.layout import Layout, Records
from webshellhunt.sources.collection.velociraptor import (
    decryption_advice,
    read_records,
    refusal_of,
    shadow_top,
    tree_path,
)
from webshellhunt.sources.source import Source, form_of

_AUTO = "uploads/auto/C%3A"
_NTFS = "uploads/ntfs/%5C%5C.%5CC%3A"
_PLANTED = datetime(2021, 3, 3, 8, 15, 2, tzinfo=UTC)

_PKI = "Velocidex+velociraptor/artifacts/testdata/files/encrypted_collector_pki.zip"

_WHEN = datetime(2021, 3, 3, 8, 15, 2, tzinfo=UTC)
_TEXT = "2021-03-03T08:15:02Z"
_DEVICE = "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy3"


def _open(files: dict[str, bytes]) -> Source:
    return with_layout(MemorySource(files))


def _upload(path: str, stored: int, size: int, kind: str = "") -> dict[str, object]:
    return {"vfs_path": path, "uploaded_size": stored, "file_size": size, "Type": kind}


def test_names_are_decoded_once_and_records_are_not_files() -> None:
    host = MemorySource({"C/inetpub/wwwroot/100%25.aspx": b"a", "C/inetpub/wwwroot/web.config": b"b"})
    source = with_layout(velociraptor(host).source())
    assert list(source.names("")) == ["C:"]
    assert sorted(source.names("C:/inetpub/wwwroot")) == ["100%25.aspx", "web.config"]
    assert source.read("C:/inetpub/wwwroot/100%25.aspx", 10) == b"a"
    assert form_of(source).label == "a Velociraptor collection"
    assert form_of(source).is_collection
    assert form_of(source).computer == "EX01"
    assert not form_of(source).gaps


def test_the_record_next_to_an_encrypted_collection_is_not_a_file() -> None:
    stored = {f"data.zip/{path}": data for path, data in velociraptor(MemorySource({"C/w/x": b"a"})).files.items()}
    source = _open({**stored, "metadata.json": b"[]"})
    assert list(source.names("")) == ["C:"]
    assert sorted(_open({**stored, "metadata.json": b"[]", "x.aspx": b""}).names("")) == ["C:", "x.aspx"]


def test_times_are_those_of_the_results() -> None:
    times = {"C/inetpub/x.aspx": Timestamps(_PLANTED, _PLANTED)}
    source = with_layout(velociraptor(MemorySource({"C/inetpub/x.aspx": b"a"}, times=times)).source())
    assert source.list("C:/inetpub")[0].times == Timestamps(_PLANTED, _PLANTED, original=True)
    assert source.time_bases[0].original


def test_a_stream_belongs_to_its_file() -> None:
    source = _open({f"{_AUTO}/w/x.aspx": b"a", f"{_NTFS}/w/x.aspx%3Ay.aspx": b"page", f"{_AUTO}/w/lone%3Az": b"b"})
    assert sorted(source.names("C:/w")) == ["lone:z", "x.aspx"]
    assert [(each.path, each.size_bytes) for each in source.streams("C:/w/x.aspx")] == [("C:/w/x.aspx:y.aspx", 4)]
    assert source.read("C:/w/x.aspx:y.aspx", 10) == b"page"


def test_a_file_that_was_uploaded_twice_is_one_file() -> None:
    source = _open({f"{_AUTO}/w/x.aspx": b"", f"{_NTFS}/W/x.aspx": b"page"})
    assert [entry.path for entry in source.list("C:/W")] == ["C:/W/x.aspx"]
    assert source.list("C:/W")[0].size_bytes == 4
    assert source.read("C:/W/x.aspx", 10) == b"page"


def test_a_sparse_file_has_its_original_size_and_zeros_in_its_gaps() -> None:
    ranges = [{"length": 5, "file_length": 5}, {"original_offset": 5, "length": 4}]
    ranges.append({"original_offset": 9, "file_offset": 5, "file_length": 3, "length": 3})
    source = _open({f"{_NTFS}/a": b"firstend", f"{_NTFS}/a.idx": json.dumps({"ranges": ranges}).encode()})
    assert [(entry.name, entry.size_bytes) for entry in source.list("C:")] == [("a", 12)]
    assert source.read("C:/a", 100) == b"first\0\0\0\0end"
    assert source.read("C:/a", 4, 4) == b"t\0\0\0"


def test_a_file_next_to_a_file_idx_of_the_server_is_not_sparse() -> None:
    source = _open({f"{_AUTO}/search": b"text", f"{_AUTO}/search.idx": b'{"words": 3}'})
    assert sorted(source.names("C:")) == ["search", "search.idx"]
    assert source.read("C:/search", 10) == b"text"


def test_special_files_are_answered_but_not_listed() -> None:
    source = _open({f"{_NTFS}/$MFT": b"FILE", f"{_NTFS}/$Extend/$UsnJrnl%3A$J": b"usn", f"{_AUTO}/w/a": b""})
    assert sorted(source.names("C:")) == ["$Extend", "w"]
    assert not source.names("C:/$Extend")
    assert source.read("C:/$MFT", 10) == b"FILE"
    assert source.read("C:/$Extend/$J", 10) == source.read("C:/$Extend/$UsnJrnl:$J", 10) == b"usn"


def test_a_shadow_copy_is_a_snapshot_and_not_listed() -> None:
    device = "%5C%5C%3F%5CGLOBALROOT%5CDevice%5CHarddiskVolumeShadowCopy3"
    shadow: dict[str, object] = {
        "DeviceObject": "\\\\?\\GLOBALROOT\\Device\\HarddiskVolumeShadowCopy3",
        "InstallDate": "2021-03-01T00:00:00Z",
    }
    source = _open(
        {
            f"{_AUTO}/w/x.aspx": b"a",
            f"uploads/ntfs_vss/{device}/w/gone.aspx": b"page",
            "results/Shadows.json": json_lines([shadow]),
        }
    )
    (snapshot,) = form_of(source).snapshots
    assert (snapshot.letter, snapshot.created_utc) == ("C", datetime(2021, 3, 1, tzinfo=UTC))
    assert snapshot.only_changed  # the accessor ntfs_vss leaves out files that are the same now
    assert list(source.names("")) == ["C:"]
    assert source.read(f"{snapshot.top}/w/gone.aspx", 10) == b"page"


def test_a_file_that_was_cut_is_a_gap() -> None:
    rows = [_upload("C:\\w\\x.aspx", 1, 9), _upload("C:\\$MFT", 1, 9), _upload("C:\\$MFT.idx", 5, 5, "idx")]
    source = _open({f"{_AUTO}/w/x.aspx": b"a", f"{_NTFS}/$MFT": b"F", "uploads.json": json_lines(rows)})
    (gap,) = form_of(source).gaps
    assert (gap.path, gap.reason, gap.matters) == ("C:\\w\\x.aspx", "the collector stored 1 of its 9 bytes", True)


def test_many_cut_files_are_few_sentences() -> None:
    rows = [_upload(f"C:\\w\\{number}.aspx", 1, 9) for number in range(1000)]
    gaps = form_of(_open({f"{_AUTO}/w/x.aspx": b"a", "uploads.json": json_lines(rows)})).gaps
    assert len(gaps) == 21
    assert "980" in gaps[-1].reason


def test_broken_records_are_counted() -> None:
    files = {f"{_AUTO}/w/x.aspx": b"a", "uploads.json": b'{"vfs_path": 1}\n[]\n{', "client_info.json": b"["}
    gaps = form_of(_open(files)).gaps
    assert [(gap.path, "2" in gap.reason) for gap in gaps] == [("client_info.json", False), ("uploads.json", True)]


def test_other_uploads_and_other_files_stay_visible() -> None:
    source = _open({f"{_AUTO}/w/a": b"", "uploads/data/x%3Ay": b"b", "notes.txt": b"", "results/a.json": b""})
    assert sorted(source.names("")) == ["C:", "notes.txt", "uploads"]
    assert source.read("uploads/data/x:y", 10) == b"b"


@pytest.mark.parametrize("name", ["%2E%2E", "a%2Fb", "a%5Cb", "%00", "."])
def test_an_escape_never_leads_to_another_directory(name: str) -> None:
    if name == ".":
        return
    source = _open({f"{_AUTO}/w/{name}": b"a"})
    assert list(source.names("C:/w")) == [name]
    assert source.read(f"C:/w/{name}", 10) == b"a"


def test_flows_of_one_client_are_one_host_and_clients_are_not_mixed() -> None:
    flow = "clients/C.1/collections/{}/uploads/auto/C%3A/{}"
    source = _open({flow.format("F.1", "a.aspx"): b"a", flow.format("F.2", "b.aspx"): b"b"})
    assert sorted(source.names("C:")) == ["a.aspx", "b.aspx"]
    with pytest.raises(SeveralHostsError, match="2 servers are in it, one and two"):
        _open({"one/" + _AUTO + "/a": b"", "two/" + _AUTO + "/a": b""})


def test_the_pickled_source_is_small_and_reads(tmp_path: Path) -> None:
    host = MemorySource({f"C/w/{number}.aspx": b"page" for number in range(300)})
    source = with_layout(DirectorySource(str(velociraptor(host).write_folder(tmp_path))))
    assert len(source.list("C:/w")) == 300
    state = pickle.dumps(source)
    assert len(state) < 2000
    copy = pickle.loads(state)
    assert copy.read("C:/w/7.aspx", 10) == b"page"
    assert copy.locate("C:/w/7.aspx") == str(tmp_path / "uploads" / "auto" / "C%3A" / "w" / "7.aspx")


def test_what_is_not_there_is_an_error() -> None:
    source = _open({f"{_AUTO}/w/a": b""})
    assert source.stat("C:/w/b") is None
    for missing in ("C:/w/b", "D:/a", "C:/w"):
        with pytest.raises(SourceNotFoundError):
            source.read(missing, 1)
    with pytest.raises(SourceNotFoundError):
        source.list("C:/w/a")


def test_numbers_of_files_are_no_paths() -> None:
    source = _open({f"{_AUTO}/a": b"", "uploads/mft/C%3A/43-128-0": b"b"})
    assert sorted(source.names("")) == ["C:", "file numbers of C"]
    assert source.read("file numbers of C/43-128-0", 9) == b"b"


def test_the_file_store_of_a_server_has_an_underscore_more() -> None:
    files = {f"clients/C.1/collections/F.1/{_AUTO}/{name}": b"" for name in ("x.db_", "y__", "z.aspx")}
    assert sorted(_open(files).names("C:")) == ["x.db", "y_", "z.aspx"]
    assert sorted(_open({f"{_AUTO}/y__": b""}).names("C:")) == ["y__"]


def test_a_real_collection(tmp_path: Path) -> None:
    archive = specimen(
        "Velocidex+velociraptor/artifacts/testdata/files/Collection-WIN-E5K9RC5GU23-2021-11-21T18_05_56-08_00.zip"
    )
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(tmp_path)
    source = with_layout(DirectorySource(str(tmp_path)))
    user = source.list("C:/Users/Administrator")
    assert [(entry.name, entry.size_bytes) for entry in user] == [("ntuser.dat", 102_400)]
    assert user[0].times.modified_utc == datetime(2021, 8, 21, 20, 4, 11, 326060, tzinfo=UTC)
    journal = source.stat("C:/$Extend/$UsnJrnl:$J")
    assert journal is not None
    assert journal.size_bytes == 13_771_763_704
    assert not any(source.read("C:/$Extend/$J", 4096))
    assert any(source.read("C:/$Extend/$J", 4096, 13_732_151_296))
    assert [gap.path for gap in form_of(source).gaps] == ["C:\\Users\\Administrator\\ntuser.dat"]
    assert [entry.size_bytes for entry in source.streams("C:/$Extend")] == []


def _metadata(scheme: object) -> bytes:
    return json.dumps([{"note": 1}, {"Scheme": scheme, "EncryptedPass": "aGVsbG8=", "PublicKey": "-"}]).encode()


@pytest.mark.parametrize(
    ("scheme", "words"), [("X509", "velociraptor --config"), ("x509", "--password"), ("PGP", "PGP")]
)
def test_each_scheme_has_an_instruction(scheme: str, words: str) -> None:
    advice = decryption_advice(_metadata(scheme))
    assert advice is not None
    assert words in advice


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b"\xff", b"null", _metadata("Password"), _metadata(3), b'[{"Scheme": "X509"}]', b"[" * 99_999],
)
def test_other_files_have_none(data: bytes) -> None:
    assert decryption_advice(data) is None


def test_an_unpacked_one_is_refused_with_the_instruction(tmp_path: Path) -> None:
    (tmp_path / "metadata.json").write_bytes(_metadata("X509"))
    (tmp_path / "data.zip").write_bytes(b"PK\3\4")
    with pytest.raises(UnopenedContainerError, match="unzip --dump_dir output") as caught:
        open_source(tmp_path)
    assert caught.value.path == str(tmp_path)


def test_a_folder_with_more_files_is_hunted() -> None:
    files = {"metadata.json": _metadata("X509"), "data.zip": b"", "x.aspx": b""}
    source = MemorySource(files)
    assert with_layout(source) is source
    closed = MemorySource({"metadata.json": b"", "data.zip": b""}, unreadable=["metadata.json"])
    assert refusal_of(closed) is None


@given(st.binary(max_size=99))
def test_any_bytes_are_no_error(data: bytes) -> None:
    decryption_advice(data)


def test_a_real_one() -> None:
    with zipfile.ZipFile(specimen(_PKI)) as archive:
        data = archive.read("metadata.json")
    advice = decryption_advice(data)
    assert advice is not None
    assert "(X509)" in advice
    for mutant in mutants(data, 100):
        decryption_advice(mutant)


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


def test_times_of_the_triage_collector() -> None:
    """Its results have the name of an artifact and of a source, and its uploads are those of any collection."""
    row = {
        "CopiedOnTimestamp": "2026-10-08T10:00:00Z",
        "SourceFile": "C:\\inetpub\\wwwroot\\x.aspx",
        "FileSize": 9,
        "Created": _TEXT,
        "Changed": _TEXT,
        "Modified": _TEXT,
        "LastAccessed": _TEXT,
        "Details": {"ShouldUpload": True},
        "Upload": {"Path": "C:\\inetpub\\wwwroot\\x.aspx", "Size": 9},
    }
    source = _open(
        {
            "uploads/auto/C%3A/inetpub/wwwroot/x.aspx": b"<p>Hello",
            "results/Windows.Triage.Targets%2FUploads.json": json_lines([row]),
            "results/Windows.Triage.Targets%2FAll Matches Metadata.json": json_lines([row]),
            "uploads.json": json_lines([_upload("C:\\inetpub\\wwwroot\\x.aspx", 9, 9)]),
        }
    )
    (page,) = source.list("C:/inetpub/wwwroot")
    assert page.times == Timestamps(_WHEN, _WHEN, changed_utc=_WHEN, accessed_utc=_WHEN, original=True)


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
