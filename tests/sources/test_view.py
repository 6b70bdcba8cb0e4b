"""A view shows a part of a source as its top, and archives in a folder as directories."""

from __future__ import annotations

import pickle
import zipfile
from pathlib import Path

import pytest

from tests.builders.containers import zipped
from tests.builders.reading import read_all
from webshellhunt.errors import SourceError
from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources import MemorySource
from webshellhunt.sources.archive.source import ArchiveSource
from webshellhunt.sources.source import form_of
from webshellhunt.sources.view import Part, ViewSource


def _archive(tmp_path: Path, files: dict[str, bytes]) -> ArchiveSource:
    path = tmp_path / "EXCH01.zip"
    path.write_bytes(zipped(files))
    return ArchiveSource(str(path), times="auto")


def test_a_part_is_the_top() -> None:
    inner = MemorySource(
        {"a/C/x.aspx": b"1", "a/C/x.aspx:y": b"2", "b/z.txt": b"3"},
        links={"a/in": "a/C/x.aspx", "a/out": "b/z.txt"},
        drives={"D": "b"},
    )
    with ViewSource("case/a", {"": Part(inner, "a")}) as source:
        assert [(each.name, each.path, each.target) for each in source.list("")] == [
            ("C", "C", None),
            ("in", "in", "C/x.aspx"),
            ("out", "out", None),
        ]
        assert source.read("C/x.aspx", 9) == b"1"
        assert [each.path for each in source.streams("C/x.aspx")] == ["C/x.aspx:y"]
        entry = source.stat("C")
        assert entry is not None
        assert (entry.name, entry.path, entry.kind) == ("C", "C", EntryKind.DIRECTORY)
        assert source.stat("b") is None
        assert not source.drives
        with pytest.raises(SourceError):
            source.read("../b/z.txt", 9)


def test_an_archive_is_a_directory(tmp_path: Path) -> None:
    folder = MemorySource({"day1/EXCH01.zip": b"PK", "note.txt": b"n"}, location="case")
    parts = {"": Part(folder), "day1/EXCH01.zip": Part(_archive(tmp_path, {"C/inetpub/a.aspx": b"1"}))}
    with ViewSource("case", parts) as source:
        assert read_all(source) == {"day1/EXCH01.zip/C/inetpub/a.aspx": b"1", "note.txt": b"n"}
        assert source.names("day1") == {"EXCH01.zip": EntryKind.DIRECTORY}
        entry = source.stat("day1/EXCH01.zip")
        assert entry is not None
        assert (entry.name, entry.path, entry.kind) == ("EXCH01.zip", "day1/EXCH01.zip", EntryKind.DIRECTORY)
        assert form_of(source).label == "a folder with a ZIP archive in it"
        assert form_of(source).is_collection
        copy = pickle.loads(pickle.dumps(source))
        assert copy.read("day1/EXCH01.zip/C/inetpub/a.aspx", 9) == b"1"
        copy.close()


def test_the_gaps_of_an_archive_have_the_paths_of_the_view(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("C/inetpub/a.aspx", b"1")
        archive.writestr("../x.aspx", b"2")
    inner = ArchiveSource(str(path), times="auto")
    with ViewSource("case", {"": Part(MemorySource({"x.zip": b""})), "x.zip": Part(inner)}) as source:
        assert [(gap.code, gap.path) for gap in form_of(source).gaps] == [("name-outside", "x.zip/../x.aspx")]
