"""Real NTFS images, made by ntfs-3g as root; where that can't be, the test is skipped with the reason."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.builders.filetimes import filetime
from webshellhunt.model.artifact import EntryKind
from webshellhunt.sources.source import Source


def require_ntfs() -> None:
    """Skip the test where no NTFS image can be made and mounted."""
    if not sys.platform.startswith("linux"):
        pytest.skip("NTFS images are mounted on Linux only")
    missing = [program for program in ("mkntfs", "ntfs-3g", "umount") if shutil.which(program) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} isn't installed (package ntfs-3g)")
    if os.geteuid() != 0 or not os.access("/dev/fuse", os.R_OK | os.W_OK):
        pytest.skip("mounting takes root and /dev/fuse")


def make_image(image: Path, size_bytes: int = 32 * 1024 * 1024) -> None:
    """Write an empty NTFS volume into a file."""
    image.touch()
    os.truncate(image, size_bytes)
    subprocess.run(["mkntfs", "-F", "-q", "-s", "512", str(image)], check=True, capture_output=True)


@contextmanager
def mounted(image: Path, folder: Path, *options: str) -> Iterator[Path]:
    """Mount an image at a folder; skip where the system refuses."""
    folder.mkdir(exist_ok=True)
    flags = ["-o", ",".join(options)] if options else []
    done = subprocess.run(["ntfs-3g", *flags, str(image), str(folder)], check=False, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"ntfs-3g can't mount here: {done.stderr.strip()[-200:]}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True, capture_output=True)


def copy_server(source: Source, drive: str, folder: Path, *, created: bool = True) -> None:
    """Write the files of one drive of a source with their times; ``created`` sets the times of creation, too."""
    waiting = [drive]
    while waiting:
        for entry in source.list(waiting.pop()):
            place = folder / entry.path.removeprefix(f"{drive}/")
            if entry.kind is EntryKind.DIRECTORY:
                place.mkdir(parents=True, exist_ok=True)
                waiting.append(entry.path)
                continue
            place.write_bytes(source.read(entry.path, entry.size_bytes))
            when = entry.times.modified_utc
            if when is not None and created:
                ticks = filetime(when.replace(microsecond=0))
                os.setxattr(place, "system.ntfs_times", struct.pack("<QQQ", ticks, ticks, ticks))
            elif when is not None:
                os.utime(place, (when.timestamp(), when.timestamp()))
