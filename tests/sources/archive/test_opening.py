from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.builders.bags import make_bag
from tests.builders.containers import zipped
from webshellhunt.containers.formats import ContainerFormat
from webshellhunt.errors import SourceError, SourceNotFoundError
from webshellhunt.sources.archive import opening
from webshellhunt.sources.archive.index import ArchiveIndex, Form
from webshellhunt.sources.archive.opening import OpenContents, archive_form, forget, opened_archive
from webshellhunt.sources.views import BytesView


def test_an_archive_is_indexed_once_in_a_thread_and_again_when_it_changed(tmp_path: Path) -> None:
    place = tmp_path / "x.zip"
    place.write_bytes(zipped({"a.txt": b"1"}))
    first = opened_archive("x.zip", str(place), None)
    assert opened_archive("x.zip", str(place), None) is first
    assert opened_archive("x.zip", str(place), "word") is not first
    place.write_bytes(zipped({"a.txt": b"1", "b.txt": b"2"}))
    assert opened_archive("x.zip", str(place), None) is not first
    forget(first)
    assert first.key not in opening._kept.archives


def test_each_thread_opens_an_archive_for_itself(tmp_path: Path) -> None:
    place = tmp_path / "x.zip"
    place.write_bytes(zipped({"a.txt": b"1"}))
    mine = opened_archive("x.zip", str(place), None)
    with ThreadPoolExecutor(1) as thread:
        other = thread.submit(opened_archive, "x.zip", str(place), None).result()
    assert other is not mine
    forget(other)
    assert opened_archive("x.zip", str(place), None) is mine
    forget(mine)


def test_one_that_is_gone_has_no_form(tmp_path: Path) -> None:
    assert archive_form("x.zip", str(tmp_path / "x.zip")) is None
    with pytest.raises(SourceNotFoundError):
        opened_archive("x.zip", str(tmp_path / "x.zip"), None)


def test_a_collection_for_the_key_of_a_server_says_what_to_do(tmp_path: Path) -> None:
    data = bytearray(zipped({"data.zip": b"PK", "metadata.json": b'[{"EncryptedPass": "x", "Scheme": "X509"}]'}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(SourceError, match="key of its server"):
        opened_archive("x.zip", os.fspath(tmp_path / "x.zip"), None)


def test_an_evidence_bag_says_what_it_is(tmp_path: Path) -> None:
    make_bag(tmp_path / "bag.zip")
    for password in (None, "wrong"):
        with pytest.raises(SourceError, match=r"'webshellhunt verify'.* 'infected' .*--password"):
            opened_archive("bag.zip", os.fspath(tmp_path / "bag.zip"), password)
    opened = opened_archive("bag.zip", os.fspath(tmp_path / "bag.zip"), "infected")
    assert opened.archive.tree.find("manifest.json") is not None


def test_other_encrypted_members_next_to_a_readable_file_are_no_bag(tmp_path: Path) -> None:
    data = bytearray(zipped({"x.aspx": b"page", "README.txt": b"read me"}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "x.zip").write_bytes(data)
    opened = opened_archive("x.zip", os.fspath(tmp_path / "x.zip"), None)
    assert [gap.path for gap in opened.archive.problems.gaps()] == ["x.aspx"]


class Counted(BytesView):
    """Bytes in memory that count how many of them are read."""

    reads = 0

    def read(self, offset: int, count: int) -> bytes:
        data = super().read(offset, count)
        self.reads += len(data)
        return data


CONTENT = bytes(range(256)) * 40_000


def test_reading_in_pieces_costs_one_pass() -> None:
    view = Counted(zipped({"a.log": CONTENT, "b.log": CONTENT}, 8))
    index = ArchiveIndex(view, Form(ContainerFormat.ZIP), None)
    contents, before = OpenContents(index), view.reads
    for number in (0, 1):
        for at in range(0, len(CONTENT), 65_536):
            assert contents.read(number, at, 65_536) == CONTENT[at : at + 65_536]
    assert view.reads - before < 2 * view.size_bytes


def test_threads_share_it() -> None:
    files = {f"{number}.txt": bytes([number]) * 50_000 for number in range(20)}
    index = ArchiveIndex(BytesView(zipped(files)), Form(ContainerFormat.ZIP), None)
    contents = OpenContents(index)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda at: contents.read(at % 20, (at % 5) * 10_000, 10_000), range(400)))
    assert found == [bytes([at % 20]) * 10_000 for at in range(400)]
