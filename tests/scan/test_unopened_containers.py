"""What is not opened is never benign: as a location it is refused, inside the evidence it is a gap."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.containers import MEBIBYTE, PAGE, PICTURES, PLAIN, SAMPLES, encrypted_zip, tarred, volume, zipped
from tests.builders.tables import each_row
from tests.reports.cases import SHELL
from webshellhunt.cli import main
from webshellhunt.containers.formats import OPENED_IMAGES
from webshellhunt.defang import load_fixture, read_fixture
from webshellhunt.errors import SourceError, UnopenedContainerError
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Job, Limits
from webshellhunt.model.log_options import LogOptions
from webshellhunt.model.report import AssessmentState, InputState, Report
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import examine, hunt, iter_verdicts
from webshellhunt.scan.unopened_containers import group_unopened, without_repeats
from webshellhunt.sources import MemorySource, form_of, open_source

FIXTURES = Path(__file__).parents[2] / "fixtures" / "password_leaves_sign_in_page"
SITE = "C/inetpub/wwwroot/"


def hunted(files: dict[str, bytes], *, read: bool = True) -> Report:
    source = MemorySource({"C/Windows/win.ini": b"", SITE + "iisstart.htm": b"<html>", **files})
    return hunt(source, job=Job(logs=LogOptions(read=read)))


IMAGES = frozenset(name for name, (form, _) in SAMPLES.items() if form in OPENED_IMAGES)


@pytest.mark.parametrize("name", sorted(IMAGES))
def test_an_image_without_a_volume_is_refused_with_its_name(name: str, tmp_path: Path) -> None:
    place = tmp_path / name
    place.write_bytes(SAMPLES[name][1])
    with pytest.raises(SourceError) as caught:
        open_source(place)
    assert caught.value.message.startswith(f"it is {SAMPLES[name][0].label}")
    assert caught.value.path == str(place)


OPENED = frozenset({"x.zip", "x.tar", "x.tgz", "x.tar.bz2", "x.tar.xz", "collection.zip"})


@pytest.mark.parametrize("name", sorted(OPENED))
def test_a_location_that_is_an_archive_is_opened(name: str, tmp_path: Path) -> None:
    place = tmp_path / name
    place.write_bytes(SAMPLES[name][1])
    with open_source(place) as source:
        assert form_of(source).label == "a ZIP archive" or "tar" in form_of(source).label


@pytest.mark.parametrize(("name", "words"), [("empty.zip", "empty"), ("x.7z", "damaged")])
def test_an_archive_with_nothing_to_read_is_refused(name: str, words: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(SAMPLES[name][1])
    with pytest.raises(UnopenedContainerError, match=words):
        open_source(tmp_path / name)


@pytest.mark.parametrize("name", [name for name in SAMPLES if name not in OPENED | IMAGES | {"empty.zip", "x.7z"}])
def test_a_location_that_is_another_container_is_refused(name: str, tmp_path: Path) -> None:
    place = tmp_path / name
    place.write_bytes(SAMPLES[name][1])
    with pytest.raises(UnopenedContainerError, match=r"which (this version does not open|is not examined)") as caught:
        open_source(place)
    assert caught.value.path == str(place)


@pytest.mark.parametrize("name", [name for name in PLAIN if not name.startswith(("x.d", "short.zip"))])
def test_any_other_file_is_opened(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(PLAIN[name])
    open_source(tmp_path / name).close()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("short.zip", PLAIN["short.zip"]),
        ("zero.zip", b""),
        ("text.7z", b"text"),
        ("rnd.dd", bytes(range(256)) * 8192),
        ("zero.raw", bytes(2 * MEBIBYTE)),
        ("bogus.001", b"x\0y" * 999),
        ("x.E01", b"EVF"),
    ],
)
def test_a_name_of_an_archive_or_image_with_other_content_is_a_failed_copy(
    name: str, data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / name
    place.write_bytes(data)
    assert main(["hunt", "--jobs", "1", "--quiet", str(place)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "it is named ." in line
    assert "again, and hunt it" in line
    with open_source(tmp_path) as folder:  # inside the evidence it is any file
        assert [entry.name for entry in folder.list("")] == [name]


HOST_ZIPS = {
    "kape.zip": {"C/Windows/System32/config/SOFTWARE": b"x", "C/inetpub/wwwroot/iisstart.htm": b"x"},
    "velo.zip": {"uploads.json": b"{}", "uploads/auto/C%3A/inetpub/logs/u_ex1.log": b"x"},
    "inetpub.zip": {"inetpub/logs/x.log": b"x"},
    "pages.zip": {"wwwroot/aspnet_client/a.aspx": b"<html>"},
    "mft.zip": {"C/$MFT": b"x"},
    "exchange.zip": {"Exchange Server/V15/FrontEnd/HttpProxy/owa/auth/logon.aspx": b"<html>"},
}


@each_row("name", sorted(HOST_ZIPS))
def test_a_small_zip_of_a_server_is_a_gap_that_matters_with_the_advice(name: str) -> None:
    report = hunt(MemorySource({name: zipped(HOST_ZIPS[name])}), job=Job())
    (gap,) = [gap for gap in report.gaps if gap.matters]
    assert gap.code == "archive-not-opened"
    assert "holds a server or its web pages: hunt this file itself" in gap.reason
    assert report.assessment.state is AssessmentState.INCOMPLETE
    assert "webshellhunt hunt FOLDER/*.zip" in report.assessment.next_steps[0].text


@each_row(
    "files",
    [
        {"site/default.aspx": b"<html>", "site/web.config": b"<configuration/>"},
        {"x.nuspec": b"<package/>", "wwwroot/lib/site.css": b"a{}", "content/Web.config.transform": b"<a/>"},
        {"word/document.xml": b"<w/>", "uploads/picture.png": b"x"},
        {"Windows/readme.txt": b"x", "data/users/a.txt": b"x"},
    ],
)
def test_an_ordinary_zip_makes_no_gap(files: dict[str, bytes]) -> None:
    assert not [gap for gap in hunt(MemorySource({"x.zip": zipped(files)}), job=Job()).gaps if gap.matters]


@each_row("name", sorted(HOST_ZIPS))
def test_a_backup_on_a_server_whose_pages_are_examined_makes_no_gap_that_matters(name: str) -> None:
    for folder in (SITE, "C/Backup/", "C/Users/bob/Downloads/"):
        report = hunted({folder + name: zipped(HOST_ZIPS[name])})
        assert not [gap for gap in report.gaps if gap.matters]
    pages = {**HOST_ZIPS["pages.zip"], "wwwroot/aspnet_client/shell.aspx": SHELL.encode()}
    assert hunted({SITE + "backup.zip": zipped(pages)}).counts["suspicious"] == 1


def test_an_encrypted_zip_says_so_and_an_unlisted_archive_of_evidence_matters() -> None:
    report = hunt(MemorySource({"a.zip": encrypted_zip(PAGE), "b.7z": SAMPLES["x.7z"][1][:9000]}), job=Job())
    reasons = [gap.reason for gap in report.gaps if gap.matters]
    assert any(each.startswith("it is an encrypted ZIP archive") and "--password" in each for each in reasons)
    assert any(each.startswith("it is a 7-Zip archive") and "hunt this file itself" in each for each in reasons)
    beside = hunted({SITE + "backup/b.7z": SAMPLES["x.7z"][1][:9000]})  # on a server it may be anybody's
    assert [gap.matters for gap in beside.gaps if gap.path.endswith("b.7z")] == [False]


@each_row(
    ("name", "data"),
    [
        ("EXCH01.rar", b"Rar!\x1a\x07\x01\0" + b"x" * 5000),
        ("day1/EXCH01.7z", SAMPLES["x.7z"][1][:9000]),
        ("EXCH01.zip", zipped({"EXCH01_C.zip": zipped(HOST_ZIPS["inetpub.zip"])})),
        ("EXCH01.tar", tarred({"x/disks.zip": zipped(HOST_ZIPS["inetpub.zip"])})),
        ("EXCH01.zip", encrypted_zip({"a.txt": b"x"})),
        ("EXCH01.wim", b"MSWIM\0\0\0" + b"x" * 5000),
        ("case.zip", zipped({"notes.txt": b"x", "EXCH01": zipped(HOST_ZIPS["inetpub.zip"])})),
        ("case.zip", zipped({"EXCH01.bak": tarred(HOST_ZIPS["inetpub.zip"])}, zipfile.ZIP_STORED)),
        ("case.tgz", gzip.compress(tarred({"day1/EXCH01.bin": zipped(HOST_ZIPS["inetpub.zip"])}))),
        ("case.tar.gz", gzip.compress(tarred({"a.tgz": gzip.compress(tarred({"b.zip": zipped(PAGE)}))}))),
        ("EXCH01.rar.gz", gzip.compress(b"Rar!\x1a\x07\x01\0" + b"x" * 5000)),
        ("EXCH01.zip.gz", gzip.compress(zipped(HOST_ZIPS["inetpub.zip"]))),
        ("cut.tgz", gzip.compress(tarred({"a.txt": bytes(5000), "EXCH01.zip": zipped(PAGE)})[:1024])),
    ],
)
def test_an_unopened_container_outside_of_a_server_matters_and_in_one_it_is_a_file(name: str, data: bytes) -> None:
    """``hunt`` of a source that is no folder opens no archive in it, so each may have the server."""
    for folder in ("", "case/collections/"):
        report = hunt(MemorySource({f"{folder}{name}": data, "notes.txt": b"x"}), job=Job())
        (gap,) = [gap for gap in report.gaps if gap.matters]
        assert gap.path == f"{folder}{name}"
        assert gap.code in ("archive-not-opened", "encrypted-not-opened")
        assert report.assessment.state is AssessmentState.INCOMPLETE
    beside = hunted({f"C/setup/{name}": data})
    assert not [gap for gap in beside.gaps if gap.matters]


@each_row(
    ("name", "files"),
    [
        ("backup.zip", {"b.tar.gz": gzip.compress(tarred(PAGE))}),
        ("backup.zip", {"b.7z": SAMPLES["x.7z"][1][:9000]}),
        ("backup.tar.gz", {"b.zip": zipped(PAGE)}),
        ("backup.tar.gz", {"b.tar": tarred(PAGE)}),
        ("backup.zip", {"b.zip": zipped({"film.mp4": bytes(9 * MEBIBYTE), **PAGE}, zipfile.ZIP_STORED)}),
    ],
)
def test_archives_in_an_archive_of_a_web_directory_matter_unless_they_are_examined(
    name: str, files: dict[str, bytes]
) -> None:
    def gaps(members: dict[str, bytes]) -> list[Gap]:
        data = zipped(members) if name.endswith("zip") else gzip.compress(tarred(members))
        return [gap for gap in hunted({SITE + name: data}).gaps if gap.matters]

    assert [gap.code for gap in gaps(files)] == ["archive-not-opened"]
    assert not gaps({"old.log.gz": gzip.compress(b"x"), "a.txt": b"x"})
    assert not gaps({"b.zip": zipped(PAGE)} if name.endswith("zip") else PICTURES)


@each_row("depth", [1, 2, 3, 6])
def test_a_server_in_archives_in_a_folder_is_opened_or_matters(depth: int, tmp_path: Path) -> None:
    data = zipped({"C/Windows/win.ini": b"", f"C/{SITE[2:]}aspnet_client/x.aspx": SHELL.encode()})
    for level in range(depth):
        data = gzip.compress(tarred({"EXCH01.zip": data})) if level % 2 == 0 else zipped({"a/case.tar.gz": data})
    folder = tmp_path / str(depth)
    folder.mkdir()
    (folder / "notes.txt").write_bytes(b"x")
    (folder / ("case.tar.gz" if depth % 2 else "case.zip")).write_bytes(data)
    report = hunt(folder)
    is_found = any(each.disposition >= Disposition.SUSPICIOUS for each in report.verdicts)
    assert is_found is (depth == 1)
    assert is_found or [gap.code for gap in report.gaps if gap.matters] == ["archive-not-opened"]


def test_an_image_in_a_folder_is_opened_only_by_itself() -> None:
    (gap,) = [g for g in hunt(MemorySource({"x.E01": SAMPLES["x.E01"][1]}), job=Job()).gaps if g.matters]
    assert "which is not opened as a file of the evidence" in gap.reason
    assert "extract it first if it is in an archive or image" in gap.reason


def test_a_page_that_begins_as_an_archive_is_examined(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "x.aspx"
    page.write_bytes(zipped(PICTURES))
    assert main(["hunt", "--jobs", "1", "--quiet", str(page)]) == 0
    assert "1 file examined" in capsys.readouterr().out


def test_the_command_refuses_one_location_and_finishes_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image, folder = tmp_path / "x.vhdx", tmp_path / "site"
    image.write_bytes(SAMPLES["x.vhdx"][1])
    folder.mkdir()
    (folder / "a.txt").write_bytes(b"text")
    assert main(["hunt", "--jobs", "1", "--quiet", str(image), str(folder)]) == 2
    printed = capsys.readouterr()
    assert printed.err.count("\n") == 1
    assert f"{image}: it is a virtual disk (VHDX): the image is damaged or cut, so copy it again" in printed.err
    assert "1 file examined" in printed.out
    assert main(["server", str(image)]) == 2
    capsys.readouterr()
    assert main(["examine", str(image)]) == 3
    assert "image-not-opened (matters)" in capsys.readouterr().out


@each_row("name", [name for name in SAMPLES if not name.startswith("$")])
def test_inside_the_evidence_it_is_a_gap_and_not_benign(name: str) -> None:
    form, data = SAMPLES[name]
    base = hunted({})
    report = hunted({SITE + "backup/" + name: data})
    gaps = [gap for gap in report.gaps if gap not in base.gaps]
    if name in ("x.zip", "empty.zip"):
        assert not gaps  # its pages are read from it
        return
    if name == "x.evtx":
        assert not gaps  # it is read as a log
        gaps = [gap for gap in hunted({SITE + "backup/" + name: data}, read=False).gaps if gap not in base.gaps]
    assert [gap.path for gap in gaps] == [rf"C:\inetpub\wwwroot\backup\{name}"]
    assert form.label in gaps[0].reason
    assert report.counts["benign"] == base.counts["benign"]
    quiet = form.name in ("EVTX", "EVT", "HIVE", "ISO", "WIM") or name == "x.asc"
    assert gaps[0].matters is not quiet
    if not any(verdict.findings for verdict in report.verdicts):
        incomplete = report.assessment.state is AssessmentState.INCOMPLETE
        assert incomplete is not quiet


@each_row(
    ("name", "data"),
    [
        ("pictures.zip", zipped(PICTURES)),
        ("x.nupkg", zipped({"x.nuspec": b"<package/>", "lib/x.dll": b"MZ"})),
        ("x.docx", zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})),
        ("x.jar", zipped({"META-INF/MANIFEST.MF": b"", "A.class": b"\xca\xfe\xba\xbe"})),
        ("logs.tar", tarred(PICTURES)),
        ("papers.zip", zipped({"a.docx": zipped({"word/document.xml": b"<w/>"}), "PKG": b"PKG", "b.dat": bytes(9000)})),
    ],
)
def test_what_holds_no_page_makes_no_gap(name: str, data: bytes) -> None:
    base = hunted({})
    assert hunted({f"C/evidence/{name}": data, "C/evidence/a.txt": b""}).gaps == base.gaps


def test_a_zip_is_a_gap_where_not_all_its_pages_are_read() -> None:
    many = {f"{number}.aspx": b"<html>" for number in range(100)}
    for data in (encrypted_zip(PAGE), zipped(PAGE, zipfile.ZIP_BZIP2), zipped(many), zipped({"c.vhdx": b"x"})):
        report = hunted({SITE + "x.bak": data})
        assert [gap.code for gap in report.gaps if gap.matters] == ["archive-not-opened"]


def test_names_that_break_off_behind_many_may_go_on_with_pages() -> None:
    header = tarred({"a.txt": b""})[:512]
    for count, matters in ((10, False), (25_000, True)):
        report = hunted({SITE + "x.tgz": gzip.compress(header * count + bytes(1024))})
        assert [gap.matters for gap in report.gaps if gap.code == "archive-not-opened"] == [True] * matters


def test_a_container_in_a_mapped_name_is_examined() -> None:
    config = b'<configuration><system.webServer><handlers><add name="x" path="*.raw" verb="*" type="%s"/></handlers>%s'
    text = config % (b"System.Web.UI.PageHandlerFactory", b"</system.webServer></configuration>")
    report = hunted({SITE + "web.config": text, SITE + "x.raw": volume()})
    assert not [gap for gap in report.gaps if gap.code == "image-not-opened"]


_DISGUISES: dict[str, Callable[[bytes], bytes]] = {
    "a name": lambda text: b"conectix=1;\n" + text,
    "a comment": lambda text: b"regf/*" + bytes(14) + b"\x01\0\0\0" + b" " * 600 + b"*/=1;\n" + text,
    "encrypted": lambda text: b"Salted__=1;\n" + text,
    "large": lambda text: text + b"/*" + b" " * (32_769 - len(text) - 2) + b"CD001" + b" " * MEBIBYTE + b"*/",
}


@each_row("disguise", _DISGUISES)
def test_a_script_of_a_sign_in_page_is_examined_although_it_looks_like_a_disk(disguise: str) -> None:
    fixture = load_fixture(FIXTURES / "script-alone.defanged")
    report = hunt(MemorySource({f"C/{fixture.path}": _DISGUISES[disguise](fixture.data)}))
    assert [verdict.findings[0].rule.id for verdict in report.verdicts] == list(fixture.expect)
    assert not [gap for gap in report.gaps if gap.code.endswith(("-not-opened", "-not-read"))]


@each_row("name", ["x.js. ", "x.ps1", "x.dll", "x.cs", "x.htm", "x.vbe"])
def test_what_runs_is_no_container_whatever_its_bytes_say(name: str) -> None:
    for disguise in _DISGUISES.values():
        report = hunt(MemorySource({SITE + name: disguise(b"var a = 1;")}))
        assert not [gap for gap in report.gaps if gap.code.endswith(("-not-opened", "-not-read"))]
        assert len(report.verdicts) == 1
        assert all(verdict.subject.sha256 is not None for verdict in report.verdicts)


@each_row("name", ["x.jpg", "x.txt"])
def test_a_page_in_what_is_sent_is_found_although_it_looks_like_a_disk(name: str) -> None:
    text = (FIXTURES.parent / "request_reaches_eval" / "csharp.defanged").read_text(encoding="utf-8")
    for disguise in _DISGUISES.values():
        report = hunted({SITE + name: disguise(read_fixture(text).data)})
        accused = [each for each in report.verdicts if each.disposition >= Disposition.SUSPICIOUS]
        assert [verdict.subject.path for verdict in accused] == [rf"C:\inetpub\wwwroot\{name}"]


def test_a_small_text_that_begins_as_a_disk_is_examined_too() -> None:
    report = hunted({SITE + "x.txt": b"conectix" + b"<p>"})
    assert [gap.code for gap in report.gaps if gap.path.endswith("x.txt")] == ["image-not-opened"]


def test_an_unreadable_large_file_is_told_once() -> None:
    source = MemorySource({"a/x.vhdx": volume(), "a/b.txt": b""}, unreadable=["a/x.vhdx"])
    assert [gap.code for gap in hunt(source).gaps] == ["unreadable"]


def test_an_image_is_not_read_whole() -> None:
    class Watched(MemorySource):
        most = 0

        def read(self, path: str, limit_bytes: int, offset: int = 0) -> bytes:
            data = super().read(path, limit_bytes, offset)
            self.most = max(self.most, len(data))
            return data

    source = Watched({"a/x.vhdx": SAMPLES["x.vhdx"][1] + bytes(8 * MEBIBYTE)})
    hunt(source)
    assert source.most <= 64 * 1024 < Limits().file_bytes


def test_many_of_a_kind_are_one_gap_a_folder() -> None:
    logs = {f"C/evidence/logs/{number}.evtx": SAMPLES["x.evtx"][1] for number in range(40)}
    logs["C/evidence/y.evtx"] = SAMPLES["x.evtx"][1]
    gaps = [gap for gap in hunted(logs, read=False).gaps if "event" in gap.code]
    assert sorted(gap.path for gap in gaps) == ["C:\\evidence\\logs\\", "C:\\evidence\\y.evtx"]
    assert gaps[0].reason.startswith("40 files, such as C:\\evidence\\logs\\0.evtx: it is an event log (EVTX)")
    assert not [gap for gap in hunted(logs).gaps if "event" in gap.code]


def test_many_folders_are_one_gap() -> None:
    gaps = [
        Gap("hive-not-read", "examine", f"C:\\Users\\u{number}\\NTUSER.DAT", "it is a hive") for number in range(30)
    ]
    (grouped,) = group_unopened(gaps)
    assert grouped.path == "C:\\Users\\"
    assert grouped.reason.startswith("30 files in 30 folders, such as C:\\Users\\u0\\NTUSER.DAT: ")


_gaps = st.builds(
    Gap,
    st.sampled_from(["hive-not-read", "image-not-opened", "unreadable"]),
    st.just("examine"),
    st.text("ab\\/", max_size=6),
    st.sampled_from(["x", "y"]),
    st.booleans(),
)


@given(st.lists(_gaps, max_size=40))
def test_grouping_keeps_what_matters_and_every_other_gap(gaps: list[Gap]) -> None:
    grouped = list(group_unopened(gaps))
    assert len(grouped) <= len(gaps)
    assert {(gap.code, gap.matters) for gap in grouped} == {(gap.code, gap.matters) for gap in gaps}
    assert [g for g in grouped if g.code == "unreadable"] == [g for g in gaps if g.code == "unreadable"]


def test_one_blob_has_the_gap_too() -> None:
    assert [gap.code for gap in examine(volume(), path="x.img").gaps] == ["image-not-opened"]
    assert not examine(volume(), path="x.aspx").gaps


def test_no_verdict_calls_it_benign() -> None:
    source = MemorySource({"a/x.img": volume(), "a/y.txt": b"text", "a/z.zip": zipped(PICTURES)})
    assert [verdict.subject.path for verdict in iter_verdicts(source)] == ["a/y.txt", "a/z.zip"]


def test_the_next_step_names_it() -> None:
    steps = hunted({SITE + "x.img": volume()}).assessment.next_steps
    assert steps[0].text.startswith("Unpack the archives and mount the images")


def test_logs_that_are_there_are_held() -> None:
    log = {"C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log": b"#Fields: date time cs-uri-stem\n"}
    assert hunted(log).coverage.logs is InputState.HELD
    assert hunted({}).coverage.logs is InputState.MISSING


def test_a_file_that_two_stages_can_not_read_is_told_once() -> None:
    twice = [
        Gap("unreadable", "examine", "x.log", "denied"),
        Gap("unreadable", "logs", "x.log", "denied", matters=True),
    ]
    other = Gap("too-large", "logs", "x.log", "cut")
    assert list(without_repeats([*twice, other, *reversed(twice)], frozenset())) == [other, twice[1]]
