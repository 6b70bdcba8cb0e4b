"""The file system of this machine: paths, entries from a status, bounded reads of plain files, and source errors.

Source: the documentation of ntfs-3g, "Extended Attributes"; statx(2).
"""

from __future__ import annotations

import ctypes
import os
import stat as modes
import struct
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from webshellhunt.errors import SourceError, SourceNotFoundError, UnreadableError, UsageError
from webshellhunt.model.artifact import EntryKind, Timestamps
from webshellhunt.model.filetime import filetime_ns
from webshellhunt.sources import windows
from webshellhunt.sources.access_times import ACCESS_TIMES
from webshellhunt.sources.mounts import CREATED

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WINDOWS = os.name == "nt"
_IS_UTF8 = sys.getfilesystemencoding() == "utf-8"
# Without O_NONBLOCK, a file that is swapped for a pipe between listing and opening would hang the hunt.
READ_FLAGS: int = os.O_RDONLY
"""The flags for a plain file; a link is followed."""

for _flag in ("O_NONBLOCK", "O_CLOEXEC", "O_BINARY", "O_NOINHERIT", "O_NOCTTY"):
    READ_FLAGS |= getattr(os, _flag, 0)
_OPEN_FLAGS = READ_FLAGS | getattr(os, "O_NOFOLLOW", 0)
REFUSES_LINKS = hasattr(os, "O_NOFOLLOW")
"""True if opening a link as a file fails on this system."""

_ACCESS_DENIED = 5  # ERROR_ACCESS_DENIED, whose text Windows writes in its own language
_REPARSE_POINT = 0x400  # FILE_ATTRIBUTE_REPARSE_POINT
_HIDDEN, _SYSTEM = 0x2, 0x4  # FILE_ATTRIBUTE_HIDDEN, FILE_ATTRIBUTE_SYSTEM
_HIDING_ATTRIBUTES: tuple[tuple[str, ...], ...] = ((), ("hidden",), ("system",), ("hidden", "system"))
# The bit of a reparse tag for a name surrogate (a link); without it the content is the file's own (deduplicated,
# compressed, in a cloud).
_NAME_SURROGATE = 0x20000000

_AT_FDCWD, _NO_FOLLOW, _ONLY_BIRTH = -100, 0x100, 0x800
_STATX_BYTES = 256
_MASK_AT, _BIRTH_AT = 0, 80


def utc_from_ns(nanoseconds: int) -> datetime | None:
    """Return a time in nanoseconds from 1970 as UTC, or ``None`` if it is outside the calendar."""
    try:
        return _EPOCH + timedelta(0, 0, nanoseconds // 1000)
    except OverflowError:
        return None


def birth_ns(status: os.stat_result, *, windows: bool = _WINDOWS) -> int | None:
    """Return the creation time from a status, or ``None`` if the status has none."""
    born: int | None = getattr(status, "st_birthtime_ns", None)
    return status.st_ctime_ns if windows and born is None else born


def changed_ns(status: os.stat_result, *, windows: bool = _WINDOWS) -> int | None:
    """Return the time of the last change of a file's record, or ``None`` on Windows, where ``st_ctime`` differs."""
    return None if windows else status.st_ctime_ns


def timestamps(
    status: os.stat_result, *, original: bool, windows: bool = _WINDOWS, created_ns: int | None = None
) -> Timestamps:
    """Return the times of a file; ``created_ns`` is used if the status has no creation time."""
    born, changed = birth_ns(status, windows=windows), changed_ns(status, windows=windows)
    born = created_ns if born is None else born
    return Timestamps(
        utc_from_ns(status.st_mtime_ns),
        None if born is None else utc_from_ns(born),
        None if changed is None else utc_from_ns(changed),
        utc_from_ns(status.st_atime_ns),
        original,
    )


def entry_kind(status: os.stat_result) -> EntryKind:
    """Return the kind of an entry by its status, taken without following links; a junction is a link, too."""
    mode = status.st_mode
    if modes.S_ISLNK(mode):
        return EntryKind.LINK
    # An unknown tag counts as a link: an entry that isn't followed becomes a gap, not a loop.
    tag = getattr(status, "st_reparse_tag", _NAME_SURROGATE)
    if getattr(status, "st_file_attributes", 0) & _REPARSE_POINT and tag & _NAME_SURROGATE:
        return EntryKind.LINK
    if modes.S_ISREG(mode):
        return EntryKind.FILE
    return EntryKind.DIRECTORY if modes.S_ISDIR(mode) else EntryKind.SPECIAL


def listed_kind(found: os.DirEntry[str], *, windows: bool = _WINDOWS) -> EntryKind:
    """Return the kind of a listed entry without following links; only Windows lists the status with the name."""
    try:
        if windows:
            return entry_kind(found.stat(follow_symlinks=False))
        if found.is_file(follow_symlinks=False):
            return EntryKind.FILE
        if found.is_dir(follow_symlinks=False):
            return EntryKind.DIRECTORY
        return EntryKind.LINK if found.is_symlink() else EntryKind.SPECIAL
    except OSError:
        return EntryKind.FILE  # as ``DirectorySource`` lists an entry whose status is denied


def attributes(status: os.stat_result) -> tuple[str, ...]:
    """Return the attributes that hide a file (``hidden``, ``system``); only Windows has them."""
    return hiding_attributes(getattr(status, "st_file_attributes", 0))


def hiding_attributes(bits: int) -> tuple[str, ...]:
    """Return the names of the attributes among the bits of a file that hide it."""
    return _HIDING_ATTRIBUTES[(2 if bits & _SYSTEM else 0) + (1 if bits & _HIDDEN else 0)]


def identity(status: os.stat_result) -> tuple[int, int] | None:
    """Return device and number of a file, or ``None`` if the system doesn't number files."""
    return (status.st_dev, status.st_ino) if status.st_ino else None


def read_file(real: str, limit_bytes: int, offset: int, path: str) -> bytes:
    """Return at most ``limit_bytes`` bytes of a plain file, with one read call if possible.

    Its access time stays as it is where the system allows that (``access_times``).

    Raises:
        SourceError: The file is not a plain file, is a link, is gone, or can't be opened; the error has ``path``.
    """
    try:
        descriptor = ACCESS_TIMES.open(real, _OPEN_FLAGS)
    except (OSError, ValueError) as error:
        raise as_source_error(error, path) from error
    try:
        return _read_from(descriptor, limit_bytes, offset, path)
    except OSError as error:
        raise as_source_error(error, path) from error
    finally:
        os.close(descriptor)


def as_source_error(error: Exception, path: str) -> SourceError:
    """Return an error of the operating system as a source error with a message about the evidence."""
    if isinstance(error, SourceError):
        return error
    if isinstance(error, FileNotFoundError | NotADirectoryError | ValueError):
        return SourceNotFoundError("it does not exist (any more)", path=path)
    return UnreadableError(f"it can't be read ({system_message(error)})", path=path)


def system_message(error: Exception) -> str:
    """Return the message of the operating system without numbers and paths; denied access in English."""
    if isinstance(error, PermissionError) and getattr(error, "winerror", None) == _ACCESS_DENIED:
        return "permission denied"
    return (getattr(error, "strerror", None) or str(error)).lower()


def _advice(label: str) -> str:
    """Return advice for a location that does not exist; drive letters exist on Windows only."""
    if not _WINDOWS and label[1:2] == ":" and label[:1].isalpha():
        return "this is not Windows, so name the folder where the drive is mounted, such as /mnt/image"
    return "check the spelling"


def location_kind(label: str, real: str) -> EntryKind:
    """Return the kind of a location, a folder or a plain file; links are followed, since the user named the path.

    Raises:
        SourceNotFoundError: The location does not exist.
        UnreadableError: The location can't be accessed, or is neither a folder nor a plain file.
    """
    try:
        mode = os.stat(real).st_mode  # noqa: PTH116 - Path would normalise bytes and spellings of a name
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise SourceNotFoundError(f"there is no such file or folder; {_advice(label)}", path=label) from error
    except OSError as error:
        raise UnreadableError(f"it can't be opened ({system_message(error)})", path=label) from error
    if modes.S_ISBLK(mode):
        reason = "it is a disk device, which is not read directly: mount it read-only, and hunt the mounted folder"
        raise UnreadableError(reason, path=label)
    if not modes.S_ISDIR(mode) and not modes.S_ISREG(mode):
        raise UnreadableError("it is neither a folder nor a plain file, so it is not opened", path=label)
    return EntryKind.DIRECTORY if modes.S_ISDIR(mode) else EntryKind.FILE


def _read_from(descriptor: int, limit_bytes: int, offset: int, path: str) -> bytes:
    status = os.fstat(descriptor)
    if not modes.S_ISREG(status.st_mode):
        raise UnreadableError("it is not a plain file, so it is not read", path=path)
    if offset:
        os.lseek(descriptor, offset, os.SEEK_SET)
    parts: list[bytes] = []
    left = limit_bytes
    while left > 0:
        wanted = min(left, max(status.st_size - offset, 0) + 1)
        part = os.read(descriptor, wanted)
        parts.append(part)
        left -= len(part)
        offset += len(part)
        # A read may return fewer bytes before the end; the size of the file saves the read that returns none.
        if not part or (len(part) < wanted and offset >= status.st_size):
            break
    return parts[0] if len(parts) == 1 else b"".join(parts)


def created_ns(path: str) -> int | None:
    """Return the creation time of a file on Linux, which ``os.stat`` lacks, in nanoseconds from 1970, or ``None``.

    It is from an extended attribute on NTFS, otherwise from ``statx``. Links are not followed; nothing is changed.
    """
    if not sys.platform.startswith("linux"):
        return None
    with suppress(OSError, ValueError):
        ticks = int.from_bytes(os.getxattr(path, CREATED, follow_symlinks=False), "big")
        return filetime_ns(ticks)
    with suppress(OSError, ValueError, ctypes.ArgumentError):
        return _by_statx(os.fsencode(path))
    return None


def _by_statx(path: bytes) -> int | None:
    library = _library()
    if library is None or b"\0" in path:
        return None
    answer = ctypes.create_string_buffer(_STATX_BYTES)
    if library.statx(_AT_FDCWD, path, _NO_FOLLOW, _ONLY_BIRTH, answer) != 0:
        return None
    if not struct.unpack_from("=I", answer.raw, _MASK_AT)[0] & _ONLY_BIRTH:
        return None
    seconds, nanoseconds = struct.unpack_from("=qI", answer.raw, _BIRTH_AT)
    return int(seconds * 1_000_000_000 + nanoseconds)


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL(None)
        return library if library.statx is not None else None
    except (OSError, AttributeError):
        return None


def absolute(location: str) -> str:
    """Return the absolute path of a location.

    Raises:
        SourceNotFoundError: The location is empty.
    """
    if not location:
        raise SourceNotFoundError("the location is empty; use '.' for the current folder")
    if _WINDOWS and windows.drive_root_letter(location) is not None:
        location += "\\"  # "C:" alone is the current folder of that drive
    return shown(os.path.abspath(location))  # noqa: PTH100 - Path would normalise bytes and spellings of a name


def shown(path: str) -> str:
    """Return a path of this machine as UTF-8, whatever its locale is; a path that the locale lacks is UTF-8 already."""
    with suppress(UnicodeEncodeError):
        return path if _IS_UTF8 else os.fsencode(path).decode("utf-8", "surrogateescape")
    return path


def extended(path: str) -> str:
    """Return an absolute path for functions of the system: without the limits of Windows, in bytes of this locale."""
    if _WINDOWS:
        return windows.extended_path(path)
    return path if _IS_UTF8 else os.fsdecode(path.encode("utf-8", "surrogateescape"))


def with_separator(folder: str) -> str:
    """Return a folder with a separator at its end, so that a prefix test compares whole components."""
    return folder if folder.endswith(os.sep) else folder + os.sep


def letter_of(key: str) -> str:
    """Return the letter of a drive that the user named.

    Raises:
        UsageError: The text is not a drive letter.
    """
    letter = key.rstrip(":").upper()
    if len(letter) != 1 or not "A" <= letter <= "Z":
        raise UsageError(f"a drive is one letter from A to Z, such as D, not {key!r}")
    return letter


def drive_top(letter: str, folder: str) -> str:
    """Return the absolute path of the folder of a drive.

    Raises:
        SourceNotFoundError: The folder does not exist.
        UnreadableError: It is a file, or can't be opened.
    """
    top = absolute(folder)
    if location_kind(f"drive {letter}: at {top}", extended(top)) is EntryKind.FILE:
        raise UnreadableError(f"drive {letter}: must be a folder, not a file", path=top)
    return top
