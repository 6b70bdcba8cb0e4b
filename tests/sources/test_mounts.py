from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.sources.mounts import Mount, find_mount, mount_of

TABLE = r"""
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:5 / /proc rw,nosuid - proc proc rw
40 22 7:0 / /mnt/image ro,relatime shared:9 master:2 - ntfs3 /dev/loop0 rw,uid=0
41 22 7:1 / /mnt/my\040image rw,relatime - fuse.ntfs-3g /dev/loop1 rw,user_id=0
42 41 7:2 / /mnt/my\040image rw,relatime - vfat /dev/loop2 ro
43 22 0:9 / /mnt/share rw - cifs //srv/c$ rw
"""


@pytest.mark.parametrize(
    ("folder", "mount"),
    [
        ("/mnt/image", Mount("/mnt/image", "ntfs3", True, True)),
        ("/mnt/image/inetpub", Mount("/mnt/image", "ntfs3", True, True)),
        ("/mnt/image2", Mount("/", "ext4", False, False)),
        ("/mnt/my image/x", Mount("/mnt/my image", "vfat", True, False)),
        ("/mnt/share/x", Mount("/mnt/share", "cifs", False, False)),
        ("relative", None),
    ],
)
def test_the_mount_of_a_folder(folder: str, mount: Mount | None) -> None:
    assert find_mount(TABLE, folder) == mount


@given(st.text(alphabet=" /\\0123-rwo,\n", max_size=200), st.text(max_size=20))
def test_any_table_does(table: str, folder: str) -> None:
    find_mount(table, folder)


def test_this_machine_tells(tmp_path: Path) -> None:
    mount = mount_of(str(tmp_path))
    if sys.platform.startswith("linux"):
        assert mount is not None
        assert os.path.realpath(tmp_path).startswith(mount.top)
