"""Disk images, by their first sectors."""

from __future__ import annotations

import pytest

from tests.builders.containers import disk, gpt_disk, volume
from webshellhunt.containers.disks import disk_format
from webshellhunt.containers.formats import ContainerFormat
from webshellhunt.containers.window import window_of


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (disk(), ContainerFormat.RAW_DISK),
        (gpt_disk(), ContainerFormat.RAW_DISK),
        (volume(), ContainerFormat.RAW_VOLUME),
        (volume(b"-FVE-FS-"), ContainerFormat.BITLOCKER),
        (disk(32 * 1024), None),
        (bytes(1024 * 1024), None),
    ],
)
def test_the_first_sectors_tell_the_format(data: bytes, form: ContainerFormat | None) -> None:
    assert disk_format(window_of(data)) is form
