"""Disk images, by their first sectors."""

from __future__ import annotations

import pytest

from tests.builders.containers import disk, gpt_disk, volume
from webshellhunt.containers.disks import disk_format
from webshellhunt.containers.formats import Format
from webshellhunt.containers.window import window_of


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (disk(), Format.RAW_DISK),
        (gpt_disk(), Format.RAW_DISK),
        (volume(), Format.RAW_VOLUME),
        (volume(b"-FVE-FS-"), Format.BITLOCKER),
        (disk(32 * 1024), None),
        (bytes(1024 * 1024), None),
    ],
)
def test_the_first_sectors_tell_the_format(data: bytes, form: Format | None) -> None:
    assert disk_format(window_of(data)) is form
