from __future__ import annotations

import hashlib
import pickle
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.mutants import mutants
from tests.builders.triage import is_in_kape_targets, kape
from webshellhunt import hunt
from webshellhunt.model.artifact import Timestamps
from webshellhunt.sources import DirectorySource, MemorySource
from webshellhunt.sources.collection import kape as kape_module
from webshellhunt.sources.collection import with_layout
from webshellhunt.sources.described import open_described
from webshellhunt.sources.source import Source, form_of

_HOSTS = Path(__file__).parents[3] / "fixtures" / "hosts"
_PLANTED = datetime(2021, 3, 3, 8, 15, 2, tzinfo=UTC)
_COPY = "CopiedTimestamp,SourceFile,DestinationFile,FileSize,SourceFileSha1,DeferredCopy,CreatedOnUtc,ModifiedOnUtc\n"
_SKIP = "SourceFile,SourceFileSha1,Reason\n"


def _open(files: dict[str, bytes]) -> Source:
    return with_layout(MemorySource(files))


def _sha1(data: bytes) -> str:
    return hashlib.sha1(data, usedforsecurity=False).hexdigest().upper()


def test_the_copy_log_has_the_times_and_the_console_the_computer() -> None:
    host = MemorySource({"C/w/x.aspx": b"a", "D/y": b"b"}, times={"C/w/x.aspx": Timestamps(_PLANTED)})
    source = with_layout(kape(host).source())
    assert sorted(source.names("")) == ["C:", "D:"]
    assert source.list("C:/w")[0].times == Timestamps(_PLANTED, original=True)
    assert source.time_bases[0].reason == "the copy log of KAPE has the times of the server"
    form = form_of(source)
    assert (form.label, form.computer, form.gaps, form.is_collection) == ("a KAPE collection", "EX01", (), True)


def test_a_duplicate_is_found_under_its_own_path_too() -> None:
    files = {"C/w/x.aspx": b"page", "C/w/y.aspx": b"page", "C/other/folder/z.aspx": b"page"}
    times = dict.fromkeys(files, Timestamps(_PLANTED))
    collected = kape(MemorySource(files, times=times))
    assert len([path for path in collected.files if path.endswith(".aspx")]) == 1
    source = with_layout(collected.source())
    for path in ("C:/w/x.aspx", "C:/w/y.aspx", "C:/other/folder/z.aspx"):
        entry = source.stat(path)
        assert entry is not None
        assert entry.size_bytes == 4
        assert source.read(path, 10) == b"page"
    known = [source.stat(path.replace("C/", "C:/")) for path in files]
    assert sorted(entry.times.modified_utc is not None for entry in known if entry is not None) == [False, False, True]
    copy = pickle.loads(pickle.dumps(source))
    assert copy.read("C:/w/y.aspx", 10) == b"page"


def test_a_duplicate_without_its_duplicate_is_a_gap() -> None:
    skip = f"{_SKIP}C:\\w\\x.aspx,{_sha1(b'page')},Deduped\nC:\\w\\big.aspx,,Too large\n"
    gaps = form_of(_open({"C/a": b"", "1_SkipLog.csv.csv": skip.encode()})).gaps
    assert [(gap.path, gap.reason, gap.matters) for gap in gaps] == [
        ("C:\\w\\x.aspx", "the collector left it out: Deduped", True),
        ("C:\\w\\big.aspx", "the collector left it out: Too large", True),
    ]


def test_a_duplicate_of_a_file_that_is_gone_is_a_gap() -> None:
    page = _sha1(b"page")
    copy = f"{_COPY}t,C:\\w\\x.aspx,D:\\out\\C\\w\\x.aspx,4,{page},False,,\n"
    logs = {"1_CopyLog.csv": copy.encode(), "1_SkipLog.csv": f"{_SKIP}D:\\w\\y.aspx,{page},Deduped\n".encode()}
    gaps = form_of(_open({"C/w/a": b"", **logs})).gaps
    assert [(gap.code, gap.path, gap.matters) for gap in gaps] == [
        ("left-out-by-collector", "D:\\w\\y.aspx", True),
        ("collected-but-gone", "C:\\w\\x.aspx", True),
    ]
    source = _open({"C/w/x.aspx": b"page", **logs})
    assert form_of(source).gaps == ()
    assert source.read("D:/w/y.aspx", 9) == b"page"


def test_a_file_that_could_not_be_copied_is_a_gap() -> None:
    line = (
        "[2025-08-25 13:21:07.2124525 | FTL] Could not copy file C:\\a to b\\x.aspx to D:\\out\\C\\a to b\\x.aspx. "
        "Error: Attempt to get an MFT record\n"
    )
    files = {"C/a": b"", "1_ConsoleLog.txt": line.encode() + b"x" * 9000 + b"\n[] Could not copy \n"}
    (gap,) = form_of(_open(files)).gaps
    assert gap.path == "C:\\a to b\\x.aspx"
    assert gap.reason == "the collector could not copy it: Attempt to get an MFT record"


def test_an_examiner_s_computer_is_not_the_host() -> None:
    host = MemorySource({"C/w/x.aspx": b"a"})
    collected = kape(host)
    console = next(path for path in collected.files if path.endswith("_ConsoleLog.txt"))
    mounted = collected.files[console].replace(b"--tsource C:", b"--tsource F:")
    assert form_of(_open({**collected.files, console: mounted})).computer is None


def test_shadow_copies_are_snapshots() -> None:
    row = "t,C:\\w\\x.aspx,D:\\out\\C\\w\\x.aspx,4,{},False,,\n".format(_sha1(b"page"))
    old = "t,C:\\___vssMount\\vss001\\w\\old.aspx,D:\\out\\VSS1\\w\\old.aspx,3,{},False,,2021-03-01 00:00:00.0000000\n"
    skip = f"{_SKIP}C:\\___vssMount\\vss001\\w\\x.aspx,{_sha1(b'page')},Deduped\n"
    source = _open(
        {
            "C/w/x.aspx": b"page",
            "VSS1/w/old.aspx": b"old",
            "1_CopyLog.csv": (_COPY + row + old.format(_sha1(b"old"))).encode(),
            "1_SkipLog.csv": skip.encode(),
        }
    )
    assert list(source.names("")) == ["C:"]
    (snapshot,) = form_of(source).snapshots
    assert (snapshot.top, snapshot.letter, snapshot.only_changed) == ("VSS1", "C", False)
    assert [(entry.name, entry.times.modified_utc) for entry in source.list("VSS1/w")] == [
        ("old.aspx", datetime(2021, 3, 1, tzinfo=UTC)),
        ("x.aspx", None),
    ]


def test_a_shadow_copy_belongs_to_the_drive_whose_folder_it_has() -> None:
    drives = {"C/w/a": b"", "D/w/a": b"", "1_CopyLog.csv": _COPY.encode()}
    source = _open({**drives, "VSS1/D/w/old.aspx": b"old"})
    assert [(each.name, each.letter) for each in form_of(source).snapshots] == [("VSS1", "D")]
    assert sorted(source.names("")) == ["C:", "D:"]
    assert list(source.names("VSS1/w")) == ["old.aspx"]


def test_a_shadow_copy_of_an_unknown_drive_is_listed() -> None:
    drives = {"C/w/a": b"", "D/w/a": b"", "1_CopyLog.csv": _COPY.encode()}
    for inside in ("VSS1/w/old.aspx", "VSS1/E/w/old.aspx"):
        source = _open({**drives, inside: b"old", "VSS2": b"a file"})
        assert [each.letter for each in form_of(source).snapshots] == [None]
        assert sorted(source.names("")) == ["C:", "D:", "VSS1", "VSS2"]
        assert source.read(inside, 9) == b"old"


def test_renamed_special_files_are_answered() -> None:
    row = "t,C:\\$Extend\\$UsnJrnl:$J,D:\\out\\C\\$Extend\\$J,3,,True,,\n"
    files = {"C/$Extend/$J": b"usn", "C/$MFT": b"FILE", "C/w/a": b"", "1_CopyLog.csv": (_COPY + row).encode()}
    source = _open(files)
    assert source.read("C:/$Extend/$UsnJrnl:$J", 9) == source.read("C:/$Extend/$J", 9) == b"usn"
    assert source.read("C:/$MFT", 9) == b"FILE"
    assert sorted(source.names("C:")) == ["$Extend", "w"]


def test_a_shadow_copy_beside_its_drive_is_no_part_of_the_drive() -> None:
    source = _open({"C/w/a": b"", "VSS1/C/w/old.aspx": b"old"})
    assert [(each.top, each.letter) for each in form_of(source).snapshots] == [("VSS1", "C")]
    assert list(source.names("")) == ["C:"]
    assert not form_of(_open({"C/w/a": b"", "VSS1/notes.txt": b""})).is_collection


def test_drives_with_special_files_are_a_collection_without_logs() -> None:
    assert form_of(_open({"C/$MFT": b"", "C/w/a": b""})).label == "a collection by drive letters"
    for files in ({"C/w/a": b""}, {"C/$MFT": b"", "C/windows/System32/ntdll.dll": b""}):
        assert not form_of(_open(files)).is_collection


def test_a_collection_some_folders_down() -> None:
    source = _open({"EX01/2026-11-20/C/w/a": b"a", "EX01/2026-11-20/1_CopyLog.csv": _COPY.encode()})
    assert source.read("C:/w/a", 9) == b"a"
    assert sorted(source.names("")) == ["C:", "EX01"]


def test_more_duplicates_than_any_real_collection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kape_module, "_MOST_DUPLICATES", 3)
    rows = "".join(f"C:\\w\\{number}.aspx,{_sha1(b'page')},Deduped\n" for number in range(9))
    copy = f"t,C:\\x.aspx,D:\\out\\C\\x.aspx,4,{_sha1(b'page')},False,,\n"
    source = _open(
        {"C/x.aspx": b"page", "1_CopyLog.csv": (_COPY + copy).encode(), "1_SkipLog.csv": (_SKIP + rows).encode()}
    )
    assert len(source.names("C:/w")) == 3
    assert form_of(source).gaps[-1].matters


@given(st.lists(st.text(st.sampled_from('C:\\/.,"aW_x$\n'), max_size=30), max_size=9))
def test_any_paths_of_logs_stay_in_the_tree(paths: list[str]) -> None:
    copy = _COPY + "".join(f'1,"{path}","D:\\out\\C\\{path[3:]}",1,AA,False,,\n' for path in paths)
    skip = _SKIP + "".join(f"{path},AA,Deduped\n" for path in paths)
    source = _open({"C/x": b"1", "1_CopyLog.csv": copy.encode(), "1_SkipLog.csv": skip.encode()})
    waiting = [""]
    while waiting:
        for entry in source.list(waiting.pop()):
            assert ".." not in entry.path.split("/")
            if entry.kind == "directory":
                waiting.append(entry.path)


def test_mutants_of_the_logs() -> None:
    collected = kape(MemorySource({f"C/w/{number}.aspx": bytes([number % 3]) for number in range(20)}))
    for path, data in collected.files.items():
        if path.startswith("C/"):
            continue
        for mutant in mutants(data, 100):
            source = _open({**collected.files, path: mutant})
            source.list("")
            form_of(source)


@pytest.mark.parametrize(
    "name",
    ["exchange2019", "exchange2019-third-parties", "compiled-remnants-twin", "patched-after-planting-twin"],
)
def test_what_kape_s_targets_leave_out_accuses_nobody(name: str) -> None:
    host = open_described(_HOSTS / f"{name}.host").source()
    report = hunt(with_layout(kape(host, wanted=is_in_kape_targets).source()))
    assert {verdict.disposition.label for verdict in report.verdicts} <= {"benign", "known_good"}
    assert report.coverage.pages == "partial"
    codes = sorted(gap.code for gap in report.gaps)
    assert codes.count("directories-not-collected") == codes.count("modules-not-collected") == 1
    assert len(codes) <= 4


def test_entry_is_proven_by_logs_alone() -> None:
    host = open_described(_HOSTS / "exchange2019-compromised.host").source()
    report = hunt(with_layout(kape(host, wanted=is_in_kape_targets).source()))
    (worst, *_) = report.verdicts
    assert (worst.subject.path, worst.disposition.label) == ("ProxyLogon (requests in the logs)", "malicious")


def test_a_real_folder(tmp_path: Path) -> None:
    host = MemorySource({"C/w/x.aspx": b"page"})
    source = with_layout(DirectorySource(str(kape(host).write_folder(tmp_path))))
    assert source.locate("C:/w/x.aspx") == str(tmp_path / "C" / "w" / "x.aspx")
