"""Versions of PE images, read from one that a real compiler made."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.assemblies import exporting, page_assembly
from tests.builders.mutants import mutants
from tests.builders.steps import at_most
from webshellhunt.binaries.pe import file_version, is_image, read_image
from webshellhunt.errors import BinaryError

COMPILER, RESOURCES = "x86_64-w64-mingw32-gcc", "x86_64-w64-mingw32-windres"


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    if shutil.which(COMPILER) is None or shutil.which(RESOURCES) is None:
        pytest.skip("no compiler for Windows here (gcc-mingw-w64-x86-64)")
    folder: Path = tmp_path_factory.mktemp("pe")
    (folder / "v.rc").write_text("1 VERSIONINFO\nFILEVERSION 15,2,1118,7\nBEGIN\nEND\n", encoding="ascii")
    (folder / "m.c").write_text("int start(void) { return 0; }\n", encoding="ascii")
    subprocess.run([RESOURCES, "v.rc", "v.o"], cwd=folder, check=True)
    build = [COMPILER, "-nostdlib", "-e", "start", "m.c", "v.o", "-o", "m.exe"]
    subprocess.run(build, cwd=folder, check=True)
    return (folder / "m.exe").read_bytes()


def test_the_version_of_a_program(image: bytes) -> None:
    assert file_version(image) == "15.2.1118.7"


def test_damaged_images_have_none_or_some_version_but_never_raise(image: bytes) -> None:
    for cut in range(0, len(image), 97):
        file_version(image[:cut])
        file_version(image[:cut] + bytes([image[cut] ^ 0xFF]) + image[cut + 1 :])


@given(st.binary(max_size=300))
def test_never_raises(data: bytes) -> None:
    assert file_version(data) is None
    assert file_version(b"MZ" + data) is None


def test_what_a_library_exports_and_imports() -> None:
    library = exporting(
        "RegisterModule", "Second", include="#include <stdlib.h>", body='return system("") + (int)getenv("x")[0];'
    )
    image = read_image(library)
    assert image.exports == {"RegisterModule", "Second"}
    assert {name for _, name in image.imports} >= {"system", "getenv"}
    assert all(library == library.lower() and not library.endswith(".dll") for library, _ in image.imports)
    assert image.is_library
    assert not image.is_dotnet
    assert image.linked_utc is not None


def test_an_assembly_is_told_by_its_header() -> None:
    image = read_image(page_assembly(""))
    assert image.is_dotnet
    assert ("mscoree", "_CorDllMain") in image.imports


@pytest.mark.parametrize("data", [b"", b"MZ", b"MZ" + bytes(300), b"PE\0\0" * 50])
def test_what_is_no_image_is_an_error(data: bytes) -> None:
    assert not is_image(data)
    with pytest.raises(BinaryError, match="no PE image"):
        read_image(data, "x.dll")


def test_damaged_libraries_are_an_error_or_read_and_cost_little() -> None:
    for data in mutants(exporting("RegisterModule"), 2_000):
        with at_most(500_000), suppress(BinaryError):
            read_image(data)
