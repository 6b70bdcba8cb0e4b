from __future__ import annotations

import pytest

from tests.builders.containers import tarred, zipped
from webshellhunt.containers.formats import ContainerFormat
from webshellhunt.sources.archive.forms import Form
from webshellhunt.sources.archive.index import ArchiveIndex
from webshellhunt.sources.archive.zip_members import NoDirectoryError
from webshellhunt.sources.views import BytesView


def test_contents_of_each_archive() -> None:
    data = zipped({"a.txt": b"outer", "logs/C.tar": tarred({"b.txt": b"inner"})})
    index = ArchiveIndex(BytesView(data), Form(ContainerFormat.ZIP), None)
    found = {path: index.open(number).read(0, 99) for path, number in index.tree.iter_files()}
    assert found == {"a.txt": b"outer", "logs/C.tar/b.txt": b"inner"}
    index.close()


def test_no_directory_is_an_error() -> None:
    with pytest.raises(NoDirectoryError):
        ArchiveIndex(BytesView(zipped({"a": b"1"})[:31]), Form(ContainerFormat.ZIP), None)
