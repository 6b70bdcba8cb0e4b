"""Targets of links in an image: inside the source, or none."""

from __future__ import annotations

import pytest

from tests.builders import ntfs_parts as parts
from webshellhunt.sources.image.image import VolumePlace
from webshellhunt.sources.image.link_targets import path_of_target
from webshellhunt.sources.image.ntfs.volume import NtfsVolume

DATA = parts.volume({})


def place(letter: str) -> VolumePlace:
    def opened() -> NtfsVolume:
        return NtfsVolume(lambda offset, count: DATA[offset : offset + count], len(DATA))

    return VolumePlace(f"{letter}:", letter, assumed=False, number=1, opener=opened)


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("\\??\\d:\\web\\", "D:/web"),
        ("\\??\\X:\\web", None),
        ("\\web\\a", "C:/web/a"),
        ("..\\.\\b", "C:/sites/b"),
        ("..\\..\\..\\b", None),
    ],
)
def test_targets(target: str, path: str | None) -> None:
    volumes = {"C:": place("C"), "D:": place("D")}
    assert path_of_target(target, "C:/sites/one", volumes) == path
