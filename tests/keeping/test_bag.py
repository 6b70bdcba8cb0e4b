"""Evidence bags: filled while the source is open, complete and verified, or absent."""

from __future__ import annotations

import shutil
import subprocess
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import webshellhunt as wsh
from tests.builders.bags import CONTENT, FOLDER, PAGE, STREAM, manifest_of, read_bag, report_of, shell_source
from tests.builders.quarantine import quarantined
from webshellhunt.errors import MissingDependencyError, SourceNotFoundError, UnreadableError, UsageError
from webshellhunt.keeping import bag as bag_module
from webshellhunt.keeping.archive_layout import Difference
from webshellhunt.keeping.bag import KeptEvidence, open_bag
from webshellhunt.keeping.manifest import BagLimits
from webshellhunt.model.report import Report
from webshellhunt.selftest.demo import demo_source
from webshellhunt.sources.memory import MemorySource


def kept(to: Path, report: Report, source: MemorySource, limits: BagLimits | None = None) -> KeptEvidence:
    with open_bag(to, limits=limits) as bag:
        bag.add(report, source)
    return bag.result(to)


def test_the_demo_is_kept_byte_exact(tmp_path: Path) -> None:
    target = tmp_path / "demo.zip"
    with demo_source() as source:
        report = wsh.hunt(source)
        result = wsh.collect(report, source, to=target)
        manifest, members = manifest_of(target), read_bag(target)
        assert result.files == len(manifest["files"]) > 5
        for entry in manifest["files"]:
            assert members[entry["member"]] == source.read(entry["path_in_source"], 1 << 20)
            assert entry["same_as_examined"] in (True, None)
    assert next(iter(members)) == "README.txt"
    assert list(members)[-2:] == ["reads.jsonl", "manifest.json"]
    assert wsh.verify(target, manifest_sha256=result.manifest_sha256).is_intact


def test_a_folder_is_readable_and_verified(tmp_path: Path) -> None:
    source = shell_source()
    result = wsh.collect(report_of(source), source, to=tmp_path / "bag", password=None)
    assert (tmp_path / "bag" / "files" / "00001.bin").read_bytes() == CONTENT
    assert (tmp_path / "bag" / "files" / "00002.bin").read_bytes() == STREAM
    assert manifest_of(tmp_path / "bag")["encryption"] is None
    assert wsh.verify(tmp_path / "bag", manifest_sha256=result.manifest_sha256).is_intact


def test_two_bags_of_one_report_have_the_same_entries(tmp_path: Path) -> None:
    source = shell_source()
    report = report_of(source)
    for name in ("a.zip", "b.zip"):
        wsh.collect(report, source, to=tmp_path / name)
    assert manifest_of(tmp_path / "a.zip")["files"] == manifest_of(tmp_path / "b.zip")["files"]


def test_no_content_is_on_disk_unencrypted(tmp_path: Path) -> None:
    marker = b"a text that no other file has"
    source = MemorySource({PAGE: CONTENT + marker})
    report = report_of(source)
    seen: list[bool] = []

    class Watched(MemorySource):
        def read(self, path: str, limit_bytes: int, offset: int = 0) -> bytes:
            return super().read(path, limit_bytes, offset)

        def stat(self, path: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
            seen.extend(marker in each.read_bytes() for each in tmp_path.iterdir())
            return super().stat(path)

    kept(tmp_path / "bag.zip", report, Watched({PAGE: CONTENT + marker}))
    assert seen
    assert not any(seen)
    assert marker not in (tmp_path / "bag.zip").read_bytes()


def test_a_file_that_changed_after_it_was_examined_is_told(tmp_path: Path) -> None:
    report = report_of(shell_source())
    result = kept(tmp_path / "bag.zip", report, shell_source(**{PAGE: b"innocent"}))
    assert result.changed == (
        r"C:\inetpub\wwwroot\aspnet_client\x.aspx: it changed after it was examined: the copy has another digest",
    )
    assert manifest_of(tmp_path / "bag.zip")["files"][0]["same_as_examined"] is False


def test_a_file_that_vanished_is_an_entry(tmp_path: Path) -> None:
    result = kept(tmp_path / "bag.zip", report_of(shell_source()), MemorySource({f"{FOLDER}/z.aspx": b""}))
    (entry,) = manifest_of(tmp_path / "bag.zip")["files"]
    assert (entry["member"], entry["whole"], entry["failure"]) == (None, False, "it does not exist (any more)")
    assert result.failures == (r"C:\inetpub\wwwroot\aspnet_client\x.aspx: it does not exist (any more)",)
    assert wsh.verify(tmp_path / "bag.zip").state == "partial"


def test_an_unreadable_file_is_an_entry(tmp_path: Path) -> None:
    class Locked(MemorySource):
        def read(self, path: str, limit_bytes: int, offset: int = 0) -> bytes:
            raise UnreadableError("it can't be read (locked)", path=path)

    source = Locked({PAGE: CONTENT})
    result = kept(tmp_path / "bag.zip", report_of(shell_source()), source)
    assert result.failures[0].endswith("it could not be read from byte 0 on: it can't be read (locked)")
    assert wsh.verify(tmp_path / "bag.zip").is_intact


def test_a_file_that_vanishes_during_the_copy(tmp_path: Path) -> None:
    class Vanishing(MemorySource):
        gone = False

        def read(self, path: str, limit_bytes: int, offset: int = 0) -> bytes:
            self.gone = True
            return super().read(path, limit_bytes, offset)

        def stat(self, path: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
            if self.gone:
                raise SourceNotFoundError("gone", path=path)
            return super().stat(path)

    kept(tmp_path / "bag.zip", report_of(shell_source()), Vanishing({PAGE: CONTENT}))
    assert manifest_of(tmp_path / "bag.zip")["files"][0]["changed_while_copied"] is None


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        (BagLimits(file_bytes=5), "a file of a bag has at most 5"),
        (BagLimits(bytes=5), "a bag has at most 5"),
    ],
)
def test_a_limit_is_told(limits: BagLimits, words: str, tmp_path: Path) -> None:
    source = shell_source()
    result = kept(tmp_path / "bag.zip", report_of(source), source, limits)
    assert result.files == 0
    assert words in result.failures[0]
    assert words in manifest_of(tmp_path / "bag.zip")["files"][0]["failure"]


def test_a_full_disk_is_told_before_it_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 0, 10))
    source = shell_source()
    result = kept(tmp_path / "bag.zip", report_of(source), source, BagLimits(free_bytes=5))
    assert "the disk of the bag has room for 5" in result.failures[0]


def test_more_files_than_the_limit(tmp_path: Path) -> None:
    many = {f"{FOLDER}/{number:04}.aspx": CONTENT for number in range(30)}
    source = MemorySource(many)
    result = kept(tmp_path / "bag.zip", report_of(source), source, BagLimits(files=20))
    assert result.files == 20
    assert "10 more accused files are neither copied nor listed" in result.failures[-1]
    manifest = manifest_of(tmp_path / "bag.zip")
    assert (len(manifest["files"]), manifest["locations"][0]["omitted_files"]) == (20, 10)


def test_an_interrupted_copy_is_a_readable_bag(tmp_path: Path) -> None:
    source = MemorySource({f"{FOLDER}/{number}.aspx": CONTENT for number in range(5)})
    report = report_of(source)
    asked: list[int] = []

    def should_stop() -> bool:
        asked.append(0)
        return len(asked) > 5

    with open_bag(tmp_path / "bag.zip") as bag:
        bag.add(report, source, should_stop=should_stop)
    result = bag.result(tmp_path / "bag.zip")
    assert result.interrupted
    manifest = manifest_of(tmp_path / "bag.zip")
    assert manifest["state"] == "interrupted"
    assert [each["whole"] for each in manifest["files"]] == [True, True, False, False, False]
    assert wsh.verify(tmp_path / "bag.zip").is_intact


def test_an_interrupted_hunt_lists_its_files(tmp_path: Path) -> None:
    source = shell_source()
    result = kept(tmp_path / "bag.zip", replace(report_of(source), interrupted=True), source)
    assert (result.files, result.interrupted) == (0, True)
    assert manifest_of(tmp_path / "bag.zip")["files"][0]["failure"] == "the hunt or the copying was interrupted"


def test_several_reports_fill_one_bag(tmp_path: Path) -> None:
    with open_bag(tmp_path / "bag.zip") as bag:
        for _ in range(2):
            source = shell_source()
            bag.add(report_of(source), source)
    manifest = manifest_of(tmp_path / "bag.zip")
    assert [each["member"] for each in manifest["files"]] == [f"files/0000{number}.bin" for number in range(1, 5)]
    assert len(manifest["locations"]) == 2


def test_hostile_names_stay_out_of_the_names_of_members(tmp_path: Path) -> None:
    names = ["a\udcff.aspx", "b\n\x1b[31m.aspx", "..\\c.aspx", "nul.aspx", "...aspx", "x" * 250 + ".aspx"]
    source = MemorySource({f"{FOLDER}/{name}": CONTENT for name in names})
    kept(tmp_path / "bag.zip", report_of(source), source)
    manifest = manifest_of(tmp_path / "bag.zip")
    assert [each["member"] for each in manifest["files"]] == [f"files/{n:05}.bin" for n in range(1, len(names) + 1)]
    assert wsh.verify(tmp_path / "bag.zip").is_intact


def test_evidence_is_never_written_to(tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    folder.mkdir()
    (folder / "x.aspx").write_bytes(CONTENT)
    with wsh.open_source(folder) as source:
        report = wsh.hunt(source)
        for target in (folder / "bag.zip", folder / "x.aspx" / "bag.zip", folder):
            with pytest.raises(UsageError):
                wsh.collect(report, source, to=target)
        wsh.collect(report, source, to=tmp_path / "bag.zip")
    assert [each.name for each in folder.iterdir()] == ["x.aspx"]


def test_a_bag_that_does_not_verify_is_no_bag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = wsh.BagCheck("", "", 0, 0, "complete", (Difference("files/1.bin", "it is missing"),))
    monkeypatch.setattr(bag_module, "verify", lambda *_, **__: wrong)
    source = shell_source()
    with pytest.raises(UnreadableError, match="differs from the bytes written"):
        wsh.collect(report_of(source), source, to=tmp_path / "bag.zip")
    assert not list(tmp_path.iterdir())


def test_a_missing_extra_is_said_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webshellhunt.containers.aes_zip_writer.is_available", lambda: False)
    source = shell_source()
    with pytest.raises(MissingDependencyError, match="webshellhunt"):
        wsh.collect(report_of(source), source, to=tmp_path / "bag.zip")
    assert not list(tmp_path.iterdir())
    wsh.collect(report_of(source), source, to=tmp_path / "bag", password=None)


def test_a_linked_file_is_whole_and_unchanged(tmp_path: Path) -> None:
    source = MemorySource({f"{FOLDER}/real.aspx": CONTENT}, links={PAGE: f"{FOLDER}/real.aspx"})
    result = kept(tmp_path / "bag.zip", report_of(shell_source()), source)
    assert (result.files, result.failures, result.changed) == (1, (), ())


def test_ctrl_c_while_a_file_is_read_completes_the_bag(tmp_path: Path) -> None:
    class Interrupted(MemorySource):
        def read(self, path: str, limit_bytes: int, offset: int = 0) -> bytes:
            raise KeyboardInterrupt

    result = wsh.collect(report_of(shell_source()), Interrupted({PAGE: CONTENT}), to=tmp_path / "bag.zip")
    assert result.interrupted
    assert wsh.verify(tmp_path / "bag.zip").state == "interrupted"


def test_the_folder_of_another_drive_is_evidence_too(tmp_path: Path) -> None:
    for name in ("c", "d"):
        (tmp_path / name).mkdir()
    (tmp_path / "c" / "x.aspx").write_bytes(CONTENT)
    with wsh.open_source(tmp_path / "c", drives={"D": str(tmp_path / "d")}) as source:
        report = wsh.hunt(source)
        with pytest.raises(UsageError, match="inside the evidence"):
            wsh.collect(report, source, to=tmp_path / "d" / "bag.zip")


@pytest.mark.parametrize("name", ["report", "source", "to", "password"])
def test_a_wrong_type_is_one_sentence(name: str, tmp_path: Path) -> None:
    source = shell_source()
    arguments: dict[str, object] = {
        "report": report_of(source),
        "source": source,
        "to": tmp_path / "a",
        "password": "x",
    }
    arguments[name] = 5
    report, opened = arguments.pop("report"), arguments.pop("source")
    with pytest.raises(TypeError, match=f"collect: {name} is"):
        wsh.collect(report, opened, **arguments)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


NAMES = st.text(st.characters(exclude_characters="/:\0", exclude_categories=[]), min_size=1, max_size=20)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.dictionaries(NAMES.filter(lambda name: name not in (".", "..")), st.binary(max_size=40), max_size=4))
def test_any_names_and_contents_come_back(files: dict[str, bytes], tmp_path: Path) -> None:
    source = MemorySource({f"{FOLDER}/{name}.aspx": CONTENT + data for name, data in files.items()})
    target = tmp_path / "bag.zip"
    target.unlink(missing_ok=True)
    wsh.collect(report_of(source), source, to=target)
    manifest, members = manifest_of(target), read_bag(target)
    found = {
        entry["path_in_source_hex"] or entry["path_in_source"]: members[entry["member"]] for entry in manifest["files"]
    }
    assert len(found) == len(files)
    assert sorted(found.values()) == sorted(CONTENT + data for data in files.values())
    assert wsh.verify(target).is_intact


@pytest.mark.skipif(shutil.which("7z") is None, reason="7-Zip is not installed here")
def test_seven_zip_opens_a_bag(tmp_path: Path) -> None:
    source = shell_source()
    wsh.collect(report_of(source), source, to=tmp_path / "bag.zip")
    words = ["7z", "x", "-pinfected", f"-o{tmp_path / 'out'}", str(tmp_path / "bag.zip")]
    subprocess.run(words, check=True, capture_output=True)
    assert (tmp_path / "out" / "files" / "00001.bin").read_bytes() == CONTENT
    assert wsh.verify(tmp_path / "out").is_intact


def test_the_quarantined_content_of_a_removed_page_is_kept(tmp_path: Path) -> None:
    page = r"C:\inetpub\wwwroot\aspnet_client\gone.aspx"
    files = quarantined(page, CONTENT, "Backdoor:ASP/Chopper")
    source = MemorySource({**files, "C/inetpub/wwwroot/iisstart.htm": b"<html>"})
    report = wsh.hunt(source)
    assert [each.subject.path for each in report.accused] == [page]
    result = kept(tmp_path / "bag.zip", report, source)
    (entry,) = manifest_of(tmp_path / "bag.zip")["files"]
    assert entry["reasons"] == ["quarantined content of an accused page"]
    assert entry["path"].startswith(r"C:\ProgramData\Microsoft\Windows Defender\Quarantine\ResourceData")
    assert entry["same_as_examined"] is None
    assert (result.files, result.changed) == (1, ())
    assert read_bag(tmp_path / "bag.zip")[entry["member"]] in files.values()
