"""Versions of PE images, read from one that a real compiler made."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.binaries.pe import file_version

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
