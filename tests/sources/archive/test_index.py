from __future__ import annotations

import pytest

from tests.builders.containers import PLAIN, SAMPLES, tarred, zipped
from webshellhunt.containers.formats import ContainerFormat
from webshellhunt.sources.archive.index import ArchiveIndex, Form, find_form, unpacked
from webshellhunt.sources.archive.zip_members import NoDirectoryError
from webshellhunt.sources.views import BytesView

FORMS = {
    "x.zip": "a ZIP archive",
    "x.tar": "a tar archive",
    "x.tgz": "a tar archive compressed by gzip",
    "x.tar.bz2": "a tar archive compressed by bzip2",
    "x.tar.xz": "a tar archive compressed by xz",
    "collection.zip": "a ZIP archive",
    "empty.zip": "a ZIP archive",
    "x.7z": "a 7-Zip archive",
}


def test_contents_of_each_archive() -> None:
    data = zipped({"a.txt": b"outer", "logs/C.tar": tarred({"b.txt": b"inner"})})
    index = ArchiveIndex(BytesView(data), Form(ContainerFormat.ZIP), None)
    found = {path: index.open(number).read(0, 99) for path, number in index.tree.iter_files()}
    assert found == {"a.txt": b"outer", "logs/C.tar/b.txt": b"inner"}
    index.close()


def test_no_directory_is_an_error() -> None:
    with pytest.raises(NoDirectoryError):
        ArchiveIndex(BytesView(zipped({"a": b"1"})[:31]), Form(ContainerFormat.ZIP), None)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_forms_that_are_opened(name: str) -> None:
    form = find_form(BytesView(SAMPLES[name][1]), name)
    assert (None if form is None else form.label) == FORMS.get(name)


@pytest.mark.parametrize("name", PLAIN)
def test_other_files_have_none(name: str) -> None:
    assert find_form(BytesView(PLAIN[name]), name) is None


def test_a_page_is_never_an_archive() -> None:
    assert find_form(BytesView(zipped({"a": b"1"})), "x.aspx") is None


def test_a_damaged_beginning_is_still_a_zip() -> None:
    assert find_form(BytesView(b"XX" + zipped({"a": b"1"})[2:]), "x.zip") is not None


def test_the_compression_is_taken_off() -> None:
    view = BytesView(SAMPLES["x.tar.xz"][1])
    form = find_form(view, "x.tar.xz")
    assert form is not None
    assert unpacked(view, form).read(0, 17) == b"site/default.aspx"
