"""The archive of a baseline: its members, each of bounded size."""

from __future__ import annotations

import lzma
import os
import zipfile
import zlib
from pathlib import Path

from webshellhunt.errors import UsageError

_MEMBER_BYTES = 512 * 1024 * 1024


def open_archive(path: Path) -> zipfile.ZipFile:
    """Open the file of a baseline.

    Raises:
        UsageError: The file can't be read, or is no archive.
    """
    try:
        endless = path.is_fifo() or path.is_char_device()
        return zipfile.ZipFile(os.devnull if endless else path)
    except OSError as error:
        raise UsageError(f"the baseline can't be read: {error.strerror or error}", path=str(path)) from error
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise UsageError("this is no baseline of webshellhunt ('baseline make' writes one)", path=str(path)) from error


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a member of bounded size.

    Raises:
        KeyError: The member is missing.
        ValueError: The member is larger than in any baseline, or damaged.
    """
    if archive.getinfo(name).file_size > _MEMBER_BYTES:
        raise ValueError(f"its part {name} is too large")
    try:
        with archive.open(name) as member:
            return member.read(_MEMBER_BYTES)
    except (
        OSError,
        EOFError,
        RuntimeError,
        NotImplementedError,
        zlib.error,
        lzma.LZMAError,
        zipfile.BadZipFile,
    ) as error:
        raise ValueError(f"its part {name} can't be read: {error}") from error
