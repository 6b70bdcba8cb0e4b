"""The writing of ZIP archives whose members are encrypted with AES-256: the only door to ``pyzipper``.

Members are stored without compression, so that reading one takes no more memory than its size, and with the time of
1980, so that the archive has no times of this machine.

Source: WinZip, "AES Encryption Information: Encryption Specification AE-1 and AE-2" (AE-2, strength 3).
"""

from __future__ import annotations

from contextlib import suppress
from types import TracebackType
from typing import IO, Any, Protocol, Self, cast

from webshellhunt.containers.aes_zip import INSTALL, is_available
from webshellhunt.errors import MissingDependencyError, UsageError

MOST_PASSWORD_BYTES = 1024
"""The longest password in UTF-8."""

SYSTEM = 3
"""The system in the directory of each archive: Unix, on all systems."""

ATTRIBUTES = 0o600 << 16
"""The attributes of each member: its owner may read and write it."""

WHEN = (0, 33)
"""The time and the day of each member: 1980-01-01, the first one that the format has."""

_AE_2 = 2
_LARGE_BYTES = 1 << 30
"""A member that may be longer has sizes of 64 bits, which older programs may not read."""


class MemberStream(Protocol):
    """The open member of an archive; it is complete once it is closed."""

    def write(self, data: bytes, /) -> int:
        """Add bytes at the end."""
        ...

    def close(self) -> None:
        """Complete the member; a second call does nothing."""
        ...


class AesZipWriter:
    """Writes an archive to a stream that can seek; one member at a time."""

    def __init__(self, stream: IO[bytes], password: str) -> None:
        """Start an archive.

        Raises:
            MissingDependencyError: The extra is not installed.
            UsageError: The password is empty or too long.
        """
        self._password = password_bytes(password)
        require_writer()
        import pyzipper

        self._pyzipper: Any = pyzipper
        self._zip: Any = pyzipper.AESZipFile(stream, "w", compression=pyzipper.ZIP_STORED)
        self._member: MemberStream | None = None

    def open_member(self, name: str, size_bytes: int, *, encrypted: bool = True) -> MemberStream:
        """Return the stream of a new member.

        ``size_bytes``: the most bytes that will be written. ``encrypted``: false for a member that anyone may read.
        """
        info = self._pyzipper.zipfile_aes.AESZipInfo(name)
        info.compress_type = self._pyzipper.ZIP_STORED
        info.create_system, info.external_attr = SYSTEM, ATTRIBUTES
        kind = self._pyzipper.WZ_AES if encrypted else None
        self._zip.setencryption(kind, **({"nbits": 256, "force_wz_aes_version": _AE_2} if encrypted else {}))
        self._zip.setpassword(self._password if encrypted else None)
        self._member = cast(MemberStream, self._zip.open(info, "w", force_zip64=size_bytes > _LARGE_BYTES))
        return self._member

    def close(self) -> None:
        """Write the directory of the archive; the stream stays open."""
        self._zip.close()

    def abandon(self) -> None:
        """Write no directory, so that the unfinished archive is not readable; its stream must still be open."""
        if self._member is not None:
            with suppress(OSError, ValueError, RuntimeError):
                self._member.close()
        self._zip.fp = None  # else its finaliser writes the directory

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        else:
            self.abandon()


def require_writer() -> None:
    """Require the extra.

    Raises:
        MissingDependencyError: The extra is not installed.
    """
    if not is_available():
        raise MissingDependencyError(
            f"an encrypted archive needs the extra 'encrypted': {INSTALL}; or use --collect-plain FOLDER"
        )


def password_bytes(password: str) -> bytes:
    """Return a password as in the archive.

    Raises:
        UsageError: It is empty, too long, or can't be encoded.
    """
    try:
        encoded = password.encode("utf-8")
    except UnicodeEncodeError as error:
        raise UsageError("the password has characters that can't be encoded; choose another one") from error
    if not 0 < len(encoded) <= MOST_PASSWORD_BYTES:
        raise UsageError(f"the password is empty or too long; choose one of at most {MOST_PASSWORD_BYTES:,} bytes")
    return encoded
