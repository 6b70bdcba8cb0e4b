"""Archives in an archive: opened once, outside the directories of a server."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

from tests.builders.containers import tarred, zipped
from tests.builders.hostile_zips import MEMBER, with_field
from tests.builders.reading import opened, read_all

PAGE = b"<html>page</html>"
SITE = {"inetpub/wwwroot/a.aspx": PAGE}


def test_a_zip_for_each_drive_is_a_drive(tmp_path: Path) -> None:
    data = zipped({"C.zip": zipped(SITE), "D.tar.gz": gzip.compress(tarred({"web/b.aspx": PAGE})), "notes.txt": b"n"})
    (tmp_path / "x.zip").write_bytes(data)
    with opened(tmp_path / "x.zip") as source:
        assert read_all(source) == {
            "C.zip/inetpub/wwwroot/a.aspx": PAGE,
            "D.tar.gz/web/b.aspx": PAGE,
            "notes.txt": b"n",
        }
        assert not source.form.gaps


def test_a_stored_and_a_deflated_one_read_the_same(tmp_path: Path) -> None:
    inner = zipped({f"inetpub/{number}.aspx": PAGE for number in range(50)})
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2):
        (tmp_path / f"{method}.zip").write_bytes(zipped({"EXCH01/data.zip": inner}, method))
        with opened(tmp_path / f"{method}.zip") as source:
            assert read_all(source)["EXCH01/data.zip/inetpub/7.aspx"] == PAGE


def test_deeper_ones_stay_files(tmp_path: Path) -> None:
    deepest = zipped(SITE)
    (tmp_path / "x.zip").write_bytes(zipped({"all.zip": zipped({"b.zip": deepest, "c.aspx": PAGE})}))
    with opened(tmp_path / "x.zip") as source:
        assert read_all(source) == {"all.zip/b.zip": deepest, "all.zip/c.aspx": PAGE}


def test_an_archive_of_a_web_site_is_a_file_of_that_site(tmp_path: Path) -> None:
    inner = zipped(SITE)
    files = {"site/default.aspx": PAGE, "site/backup/old.zip": inner, "C/Temp/x.zip": inner}
    (tmp_path / "x.zip").write_bytes(zipped(files))
    with opened(tmp_path / "x.zip") as source:
        assert read_all(source) == files


def test_a_damaged_one_is_a_gap(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(zipped({"C.zip": zipped(SITE)[:20], "a.txt": b"1"}))
    with opened(tmp_path / "x.zip") as source:
        assert [(gap.code, gap.path, gap.matters) for gap in source.form.gaps] == [
            ("archive-not-opened", "C.zip", True)
        ]


def test_a_bomb_in_a_bomb_is_a_gap(tmp_path: Path) -> None:
    inner = zipped({f"{number}.aspx": bytes(3_000_000) for number in range(400)}, zipfile.ZIP_DEFLATED)
    assert len(inner) > 1_100_000
    for name, data in (
        ("x.zip", zipped({"a.txt": b"1", "bomb.zip": inner})),
        ("x.tgz", gzip.compress(tarred({"a.txt": b"1", "bomb.zip": inner}))),
    ):
        (tmp_path / name).write_bytes(data)
        with opened(tmp_path / name) as source:
            assert [(gap.code, gap.path, gap.matters) for gap in source.form.gaps] == [
                ("archive-bomb", "bomb.zip", True)
            ]
            assert set(read_all(source, 10)) == {"a.txt", "bomb.zip"}


def test_a_plain_tar_of_logs_may_be_compressed_well(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(zipped({"logs.tar": tarred({"a.log": b"line\n" * 1_000_000})}))
    with opened(tmp_path / "x.zip") as source:
        assert not source.form.gaps
        assert set(read_all(source, 10)) == {"logs.tar/a.log"}


def test_one_whose_headers_are_all_damaged_is_a_gap(tmp_path: Path) -> None:
    inner = zipped(SITE).replace(b"PK\x01\x02", b"XX\x01\x02").replace(b"PK\x03\x04", b"PK\x03\x05")
    inner = b"PK\x05\x06" + inner
    for name in ("C.zip", "data.zip"):
        (tmp_path / "x.zip").write_bytes(zipped({name: inner, "a.txt": b"1"}))
        with opened(tmp_path / "x.zip") as source:
            assert [(gap.code, gap.path, gap.matters) for gap in source.form.gaps] == [
                ("archive-not-opened", name, True)
            ]


def test_one_with_the_first_header_of_its_directory_damaged_is_a_gap(tmp_path: Path) -> None:
    inner = zipped(SITE).replace(b"PK\x01\x02", b"XX\x01\x02")
    (tmp_path / "x.zip").write_bytes(zipped({"C.zip": inner}))
    with opened(tmp_path / "x.zip") as source:
        assert read_all(source) == {"C.zip/inetpub/wwwroot/a.aspx": PAGE}
        assert [(gap.code, gap.path, gap.matters) for gap in source.form.gaps] == [("broken-archive", "C.zip", True)]


def test_one_whose_end_lists_nothing_has_its_members(tmp_path: Path) -> None:
    inner = zipped(SITE)
    inner = inner[:-22] + b"PK\x05\x06" + bytes(18)
    (tmp_path / "x.zip").write_bytes(zipped({"C.zip": inner}))
    with opened(tmp_path / "x.zip") as source:
        assert read_all(source) == {"C.zip/inetpub/wwwroot/a.aspx": PAGE}
        assert [gap.code for gap in source.form.gaps] == ["broken-archive"]


def test_an_empty_one_is_no_gap(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(zipped({"C.zip": zipped({}), "a.txt": b"1"}))
    with opened(tmp_path / "x.zip") as source:
        assert read_all(source) == {"a.txt": b"1"}
        assert not source.form.gaps


def test_the_checksum_of_one_is_verified(tmp_path: Path) -> None:
    data = bytearray(zipped({"C.tar": tarred(SITE), "a.txt": b"1"}, zipfile.ZIP_STORED))
    at = data.index(PAGE)
    data[at] ^= 1
    (tmp_path / "x.zip").write_bytes(data)
    with opened(tmp_path / "x.zip") as source:
        assert [(gap.code, gap.path, gap.matters) for gap in source.form.gaps] == [("broken-archive", "C.tar", True)]


def test_one_of_an_unknown_method_is_a_gap_that_matters(tmp_path: Path) -> None:
    data = with_field(zipped({"C.zip": zipped(SITE), "a.txt": b"1"}), MEMBER, 10, b"\x63")
    (tmp_path / "x.zip").write_bytes(data)
    with opened(tmp_path / "x.zip") as source:
        assert [(gap.code, gap.path, gap.matters) for gap in source.form.gaps] == [
            ("archive-not-opened", "C.zip", True)
        ]
