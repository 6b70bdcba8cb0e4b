"""A source over an archive: its tree, its contents, and what is hostile in it."""

from __future__ import annotations

import io
import os
import pickle
import stat
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

import pytest
import pyzipper

from tests.builders.containers import tarred, zipped
from tests.builders.hostile_zips import LOCAL, MEMBER, named_twice, overlapping, with_field
from tests.builders.reading import opened, read_all
from webshellhunt.errors import SourceError, SourceNotFoundError, UnreadableError
from webshellhunt.model.artifact import EntryKind
from webshellhunt.model.times import TimesChoice
from webshellhunt.sources.archive.kept import Pieces, has_zstandard
from webshellhunt.sources.archive.members import Member, MemberTable, Times
from webshellhunt.sources.archive.source import archive_time_basis

PAGE = b"<html>a page</html>" * 50

DAY = 86_400 * 10**9


def place(folder: Path, data: bytes, name: str = "x.zip") -> Path:
    (folder / name).write_bytes(data)
    return folder / name


@pytest.mark.parametrize("name", ["x.zip", "x.tar"])
def test_the_tree_has_the_directories_of_the_names(name: str, tmp_path: Path) -> None:
    files = {"C/inetpub/wwwroot/a.aspx": PAGE, "C/inetpub/b.txt": b"", "top.txt": b"1"}
    with opened(place(tmp_path, zipped(files) if name == "x.zip" else tarred(files), name)) as source:
        assert source.names("") == {"C": EntryKind.DIRECTORY, "top.txt": EntryKind.FILE}
        assert [entry.path for entry in source.list("C/inetpub")] == ["C/inetpub/b.txt", "C/inetpub/wwwroot"]
        assert read_all(source) == files
        entry = source.stat("C/inetpub/wwwroot/a.aspx")
        assert entry is not None
        assert entry.size_bytes == len(PAGE)
        assert source.read("C/inetpub/wwwroot/a.aspx", 5, 6) == PAGE[6:11]
        assert source.stat("C/none") is None
        assert source.locate("top.txt") is None
        with pytest.raises(SourceNotFoundError):
            source.list("C/none")
        with pytest.raises(SourceNotFoundError):
            source.read("C/none", 1)
        with pytest.raises(UnreadableError):
            source.read("C", 1)


def test_it_is_a_collection_with_a_label(tmp_path: Path) -> None:
    with opened(place(tmp_path, zipped({"a.aspx": PAGE}))) as source:
        assert source.form.label == "a ZIP archive"
        assert source.form.is_collection
        assert not source.form.gaps
        assert not source.live


def test_a_pickled_copy_is_tiny_and_reads(tmp_path: Path) -> None:
    files = {f"d/{number}.aspx": PAGE for number in range(500)}
    with opened(place(tmp_path, zipped(files))) as source:
        data = pickle.dumps(source)
        assert len(data) < 1000
        copy = pickle.loads(data)
        assert copy.read("d/7.aspx", 10_000) == PAGE
        assert copy.list("d") == source.list("d")


def test_each_name_outside_the_archive_is_a_gap(tmp_path: Path) -> None:
    data = zipped({"../../evil.aspx": b"1", "a/../../b.aspx": b"2", "/abs/c.aspx": b"3", "C:\\inetpub\\d.aspx": b"4"})
    with opened(place(tmp_path, data)) as source:
        assert read_all(source) == {"abs/c.aspx": b"3", "C:/inetpub/d.aspx": b"4"}
        assert [(gap.code, gap.path, gap.matters) for gap in source.form.gaps] == [
            ("name-outside", "../../evil.aspx", True),
            ("name-outside", "a/../../b.aspx", True),
        ]


def test_of_two_members_of_one_name_the_last_is_read_and_the_other_told(tmp_path: Path) -> None:
    with opened(place(tmp_path, named_twice("x.aspx", b"first", b"second"))) as source:
        assert read_all(source) == {"x.aspx": b"second"}
        assert [(gap.code, gap.path, gap.matters) for gap in source.form.gaps] == [("duplicate-member", "x.aspx", True)]


def test_the_same_content_twice_is_no_gap(tmp_path: Path) -> None:
    with opened(place(tmp_path, named_twice("x.aspx", b"same", b"same"))) as source:
        assert read_all(source) == {"x.aspx": b"same"}
        assert not source.form.gaps


def test_a_false_checksum_does_not_make_two_members_the_same(tmp_path: Path) -> None:
    data = named_twice("x.aspx", b"first", b"other")
    true, false = (struct.pack("<L", zlib.crc32(each)) for each in (b"first", b"other"))
    with opened(place(tmp_path, data.replace(true, false))) as source:
        assert read_all(source) == {"x.aspx": b"other"}
        assert [(gap.code, gap.path, gap.matters) for gap in source.form.gaps] == [("duplicate-member", "x.aspx", True)]


def test_a_file_that_is_also_a_directory_is_the_directory(tmp_path: Path) -> None:
    for number, names in enumerate((("a.aspx", "a.aspx/b.aspx"), ("a.aspx/b.aspx", "a.aspx"))):
        with opened(place(tmp_path, zipped(dict.fromkeys(names, PAGE)), f"{number}.zip")) as source:
            assert read_all(source) == {"a.aspx/b.aspx": PAGE}
            assert [gap.path for gap in source.form.gaps] == ["a.aspx"]


def test_directories_that_differ_in_case_are_one(tmp_path: Path) -> None:
    with opened(place(tmp_path, zipped({"C/Inetpub/a.aspx": b"1", "c/inetpub/b.aspx": b"2"}))) as source:
        assert read_all(source) == {"C/Inetpub/a.aspx": b"1", "C/Inetpub/b.aspx": b"2"}


def test_overlapping_members_are_not_read(tmp_path: Path) -> None:
    with opened(place(tmp_path, zipped({"ok.txt": b"1"}), "ok.zip")) as source:
        assert not source.form.gaps
    data = overlapping()
    with pytest.raises(SourceError, match="overlaps"):
        opened(place(tmp_path, data))


@pytest.mark.parametrize(
    ("mark", "offset", "value", "words"),
    [
        (LOCAL, 0, b"XX", "local header is damaged"),
        (LOCAL, 30, b"zz", "another name"),
        (LOCAL, 22, struct.pack("<L", 7), "other sizes"),
        (MEMBER, 16, b"\0\0\0\0", "checksum"),
    ],
)
def test_a_directory_that_contradicts_a_member_costs_that_member(
    mark: bytes, offset: int, value: bytes, words: str, tmp_path: Path
) -> None:
    data = with_field(zipped({"bad.aspx": PAGE, "good.aspx": PAGE}), mark, offset, value)
    with opened(place(tmp_path, data)) as source:
        found = read_all(source)
        assert words in str(found["bad.aspx"])
        assert found["good.aspx"] == PAGE


def test_a_size_that_is_too_small_shows_at_the_end(tmp_path: Path) -> None:
    data = zipped({"a.aspx": PAGE})
    for mark, offset in ((MEMBER, 24), (LOCAL, 22)):
        data = with_field(data, mark, offset, struct.pack("<L", 100))
    with opened(place(tmp_path, data)) as source, pytest.raises(UnreadableError, match=r"checksum|longer"):
        source.read("a.aspx", 1000)


def test_damaged_data_is_an_error_of_that_member(tmp_path: Path) -> None:
    data = zipped({"a.aspx": os.urandom(5000), "b.aspx": PAGE})
    with opened(place(tmp_path, data[:200] + bytes(100) + data[300:])) as source:
        found = read_all(source)
        assert isinstance(found["a.aspx"], str)
        assert found["b.aspx"] == PAGE


def test_a_bomb_is_a_gap(tmp_path: Path) -> None:
    data = zipped({"a.aspx": PAGE, "bomb.aspx": bytes(3_000_000)}, zipfile.ZIP_BZIP2)
    with opened(place(tmp_path, data)) as source:
        assert read_all(source) == {"a.aspx": PAGE}
        assert [gap.code for gap in source.form.gaps] == ["archive-bomb"]


def test_an_unknown_method_is_a_gap(tmp_path: Path) -> None:
    data = with_field(zipped({"a.aspx": PAGE, "b.aspx": PAGE}), MEMBER, 10, b"\x63")
    with opened(place(tmp_path, data)) as source:
        assert read_all(source) == {"b.aspx": PAGE}
        assert [(gap.code, gap.path, gap.matters) for gap in source.form.gaps] == [
            ("archive-not-opened", "a.aspx", True)
        ]


@pytest.mark.skipif(has_zstandard(), reason="this Python has Zstandard")
def test_zstandard_is_a_gap_with_its_reason(tmp_path: Path) -> None:
    data = zipped({"a.aspx": PAGE, "b.aspx": PAGE})
    for mark, at in ((MEMBER, 10), (LOCAL, 8)):
        data = with_field(data, mark, at, b"\x5d")
    with opened(place(tmp_path, data)) as source:
        assert read_all(source) == {"b.aspx": PAGE}
        (gap,) = source.form.gaps
        assert (gap.code, gap.path, gap.matters) == ("archive-not-opened", "a.aspx", True)
        assert "Python 3.14" in gap.reason


def test_a_small_stated_size_bounds_the_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped({"a.aspx": bytes(30_000_000)}, zipfile.ZIP_BZIP2)
    for mark, at in ((MEMBER, 24), (LOCAL, 22)):
        data = with_field(data, mark, at, struct.pack("<L", 10))
    appended: list[int] = []
    append = Pieces.append

    def counted(self: Pieces, part: bytes) -> None:
        appended.append(len(part))
        append(self, part)

    monkeypatch.setattr(Pieces, "append", counted)
    with opened(place(tmp_path, data)) as source:
        assert "checksum" in str(read_all(source)["a.aspx"])
    assert sum(appended) <= 11


def test_a_link_that_is_longer_than_any_path_is_not_read(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_BZIP2) as archive:
        link = zipfile.ZipInfo("b.aspx")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "a/" * 3000)
        archive.writestr("a.aspx", PAGE)
    with opened(place(tmp_path, stream.getvalue())) as source:
        assert isinstance(read_all(source)["b.aspx"], str)


def test_damage_in_two_places_has_no_empty_name(tmp_path: Path) -> None:
    data = bytearray(tarred({f"{number}.aspx": PAGE for number in range(9)}))
    for name in (b"2.aspx", b"5.aspx"):
        at = data.index(name)
        data[at : at + 100] = b"\xff" * 100
    with opened(place(tmp_path, bytes(data), "x.tar")) as source:
        (gap,) = source.form.gaps
        assert gap.reason.startswith("in 2 places: the archive is damaged")
        assert gap.path == source.location


def test_a_large_member_is_read_in_pieces_in_any_order(tmp_path: Path) -> None:
    content = b"".join(b"%09d\n" % number for number in range(400_000))
    files = {"big.log": content, "other.log": b"x"}
    for name, data in (("z.zip", zipped(files)), ("b.zip", zipped(files, zipfile.ZIP_BZIP2))):
        with opened(place(tmp_path, data, name)) as source:
            step = 250_000
            assert b"".join(source.read("big.log", step, at) for at in range(0, len(content), step)) == content
            for at in (3_999_990, 0, 2_000_005, 1_000_000, 3_000_000):
                assert source.read("big.log", 20, at) == content[at : at + 20]


def _encrypted(files: dict[str, bytes], password: bytes = b"infected") -> bytes:
    stream = io.BytesIO()
    with pyzipper.AESZipFile(stream, "w", compression=zipfile.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(password)
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def test_aes_needs_its_password(tmp_path: Path) -> None:
    files = {"a.aspx": PAGE, "d/b.aspx": b""}
    path = place(tmp_path, _encrypted(files))
    with opened(path, "infected") as source:
        assert read_all(source) == files
        assert "infected" not in repr(source)
    with pytest.raises(SourceError, match="--password"):
        opened(path)
    with pytest.raises(SourceError, match="password is wrong"):
        opened(path, "other")


def test_changed_encrypted_data_is_an_error(tmp_path: Path) -> None:
    data = _encrypted({"a.aspx": PAGE})
    at = data.index(b"a.aspx") + 60
    with opened(place(tmp_path, data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]), "infected") as source:
        assert "authentication" in str(read_all(source)["a.aspx"])


def test_members_in_a_missing_password_are_one_gap(tmp_path: Path) -> None:
    stream = io.BytesIO(_encrypted({f"{number}.aspx": PAGE for number in range(50)}))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("plain.aspx", PAGE)
    with opened(place(tmp_path, stream.getvalue())) as source:
        assert read_all(source) == {"plain.aspx": PAGE}
        (gap,) = source.form.gaps
        assert (gap.code, gap.matters) == ("encrypted-not-opened", True)
        assert gap.reason.startswith("50 members, such as 0.aspx")


def test_an_encrypted_velociraptor_collection_says_so(tmp_path: Path) -> None:
    stream = io.BytesIO(_encrypted({"data.zip": zipped({"x.aspx": PAGE})}))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("metadata.json", b"{}")
    path = place(tmp_path, stream.getvalue())
    with pytest.raises(SourceError, match="--password"):
        opened(path)
    with opened(path, "infected") as source:
        assert read_all(source) == {"data.zip/x.aspx": PAGE, "metadata.json": b"{}"}


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("x.zip", zipped({}), "empty"),
        ("x.tar", tarred({"a.aspx": PAGE})[:100], "not an archive"),
        ("x.zip", zipped({"a.aspx": PAGE})[:50], "copy it again"),
        ("x.zip", zipped({"../a.aspx": PAGE}), "outside"),
    ],
    ids=["empty", "cut tar", "cut zip", "outside"],  # the bytes have the time of the run
)
def test_one_sentence_where_nothing_can_be_read(name: str, data: bytes, words: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=words):
        opened(place(tmp_path, data, name))


def test_links_of_tar_stay_inside(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        real = tarfile.TarInfo("d/real.aspx")
        real.size = len(PAGE)
        archive.addfile(real, io.BytesIO(PAGE))
        for name, target, kind in (
            ("d/in.aspx", "real.aspx", tarfile.SYMTYPE),
            ("chain.aspx", "d/in.aspx", tarfile.SYMTYPE),
            ("out.aspx", "../../etc/passwd", tarfile.SYMTYPE),
            ("loop.aspx", "loop.aspx", tarfile.SYMTYPE),
            ("folder", "d", tarfile.SYMTYPE),
            ("hard.aspx", "d/real.aspx", tarfile.LNKTYPE),
            ("hard-out.aspx", "/etc/passwd", tarfile.LNKTYPE),
            ("pipe", "", tarfile.FIFOTYPE),
        ):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, target
            archive.addfile(member)
    with opened(place(tmp_path, stream.getvalue(), "x.tar")) as source:
        found = read_all(source)
        assert found["d/in.aspx"] == found["chain.aspx"] == found["hard.aspx"] == PAGE
        assert isinstance(found["out.aspx"], str)
        assert isinstance(found["loop.aspx"], str)
        kinds = {entry.name: (entry.kind, entry.target) for entry in source.list("")}
        assert kinds["folder"] == (EntryKind.LINK, "d")
        assert kinds["out.aspx"] == (EntryKind.LINK, None)
        assert kinds["pipe"][0] is EntryKind.SPECIAL
        assert [(gap.code, gap.path) for gap in source.form.gaps] == [("link-outside", "hard-out.aspx")]


def test_links_of_zip(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.aspx", PAGE)
        for name, target in (("b.aspx", "a.aspx"), ("c.aspx", "../../a")):
            link = zipfile.ZipInfo(name)
            link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, target)
    with opened(place(tmp_path, stream.getvalue())) as source:
        found = read_all(source)
        assert found["b.aspx"] == PAGE
        assert isinstance(found["c.aspx"], str)


def test_streams_belong_to_their_file(tmp_path: Path) -> None:
    with opened(place(tmp_path, zipped({"d/x.txt": b"1", "d/x.txt:y.aspx": PAGE, "d/C:": b"2"}))) as source:
        assert [entry.name for entry in source.list("d")] == ["C:", "x.txt"]
        assert [entry.path for entry in source.streams("d/x.txt")] == ["d/x.txt:y.aspx"]
        assert source.read("d/x.txt:y.aspx", 5000) == PAGE


def test_a_second_close_does_nothing(tmp_path: Path) -> None:
    source = opened(place(tmp_path, zipped({"a.aspx": PAGE})))
    source.close()
    source.close()


def table(*times: Times) -> MemberTable:
    made = MemberTable()
    for each in times:
        made.append(Member(EntryKind.FILE, 1, each))
    return made


OF_SERVER = table(*(Times(number * 3 * DAY, number * 2 * DAY, exact=True) for number in range(50)))
COPIED = table(*(Times(number * 10**9, 500 * DAY + number, exact=True) for number in range(50)))
MODIFIED = table(*(Times(number * DAY, exact=True) for number in range(50)))
COARSE = table(*(Times(number * DAY) for number in range(50)))


@pytest.mark.parametrize(
    ("members", "choice", "original", "created", "words"),
    [
        (OF_SERVER, TimesChoice.AUTO, True, True, "times of NTFS"),
        (OF_SERVER, TimesChoice.COPY, False, True, "--times copy"),
        (OF_SERVER, TimesChoice.ORIGINAL, True, True, "--times original"),
        (COPIED, TimesChoice.AUTO, False, True, "copy operations"),
        (COPIED, TimesChoice.ORIGINAL, True, False, "creation times come from a copy"),
        (COARSE, TimesChoice.AUTO, False, True, "only times of modification"),
        (COARSE, TimesChoice.ORIGINAL, True, True, "--times original"),
        (MODIFIED, TimesChoice.AUTO, False, True, "few have one of creation"),
        (table(), TimesChoice.AUTO, False, True, "only times"),
        (table(Times(1, 2, exact=True)), TimesChoice.AUTO, False, True, "too few"),
    ],
)
def test_the_basis_has_its_reason(
    members: MemberTable, choice: TimesChoice, original: bool, created: bool, words: str
) -> None:
    basis = archive_time_basis("x.zip", members, choice)
    assert (basis.place, basis.original, basis.created) == ("x.zip", original, created)
    assert words in basis.reason
