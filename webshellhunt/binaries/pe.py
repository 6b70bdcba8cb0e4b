"""A reader of PE headers. The one door to pefile."""

from __future__ import annotations

import struct
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from webshellhunt.errors import BinaryError

if TYPE_CHECKING:
    import pefile

LARGEST_BYTES: Final = 64 * 1024 * 1024
DOTNET_DIRECTORY: Final = 14
"""The index of IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR, which leads to the header of .NET."""

_MOST_SYMBOLS: Final = 20_000
_LONGEST_NAME: Final = 256


class Image(NamedTuple):
    """A PE image as its headers describe it.

    ``exports`` are names; ``imports`` pairs of a library and a name, lower-case library without ``.dll``, ``#7`` for
    an import by number. ``linked_utc`` is the time in the header, which linkers may replace with a digest.
    """

    is_library: bool
    is_dotnet: bool
    exports: frozenset[str] = frozenset()
    imports: frozenset[tuple[str, str]] = frozenset()
    linked_utc: datetime | None = None


def is_image(data: bytes) -> bool:
    """Return whether bytes look like a PE image: the DOS mark, and the PE mark at the offset in its header."""
    if data[:2] != b"MZ" or len(data) < 0x40:
        return False
    (at,) = struct.unpack_from("<I", data, 0x3C)
    return data[at : at + 4] == b"PE\0\0"


def read_image(data: bytes, path: str = "") -> Image:
    """Return the exports and imports of a PE image.

    Raises:
        BinaryError: It is unreadable, too large, or no PE image.

    Source: PE format, optional header, export and import directories.
    """
    image = _open(data, path)
    import pefile

    try:
        names = ("IMAGE_DIRECTORY_ENTRY_EXPORT", "IMAGE_DIRECTORY_ENTRY_IMPORT")
        image.parse_data_directories(directories=[pefile.DIRECTORY_ENTRY[name] for name in names])
        directories = image.OPTIONAL_HEADER.DATA_DIRECTORY
        return Image(
            is_library=bool(image.is_dll()),
            is_dotnet=len(directories) > DOTNET_DIRECTORY and bool(directories[DOTNET_DIRECTORY].VirtualAddress),
            exports=_exports(image),
            imports=_imports(image),
            linked_utc=datetime.fromtimestamp(int(image.FILE_HEADER.TimeDateStamp), UTC),
        )
    except failures() as error:
        raise BinaryError(f"its tables can't be read ({type(error).__name__})", path=path) from error


def file_version(data: bytes) -> str | None:
    """Return the file version of a PE image (``15.02.1118.007`` as ``15.2.1118.7``), or ``None``.

    Source: PE format, resource section; VS_FIXEDFILEINFO.
    """
    if data[:2] != b"MZ":
        return None
    try:
        image = _open(data, "")
        image.parse_data_directories(directories=[_resources()])
        info = image.VS_FIXEDFILEINFO[0]
        high, low = int(info.FileVersionMS), int(info.FileVersionLS)
    except failures():  # a BinaryError is a ValueError
        return None
    return f"{high >> 16}.{high & 0xFFFF}.{low >> 16}.{low & 0xFFFF}"


def failures(*more: type[Exception]) -> tuple[type[Exception], ...]:
    """Return the exceptions that readers of PE images raise on damaged ones."""
    import pefile

    return (pefile.PEFormatError, *_FAILURES, *more)


# Exceptions that pefile does not convert on damaged files, and its own error, a direct subclass of Exception.
_FAILURES = (AssertionError, AttributeError, IndexError, KeyError, TypeError, ValueError, OverflowError, struct.error)


def _open(data: bytes, path: str) -> pefile.PE:
    if len(data) > LARGEST_BYTES:
        raise BinaryError(f"larger than {LARGEST_BYTES // 1024**2} MiB", path=path)
    import pefile  # Slow to import, and few hunts need it.

    try:
        return pefile.PE(data=data, fast_load=True)
    except failures() as error:
        raise BinaryError(f"it is no PE image that can be read ({error})", path=path) from error


def _resources() -> int:
    import pefile

    return int(pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_RESOURCE"])


def _exports(image: pefile.PE) -> frozenset[str]:
    directory = getattr(image, "DIRECTORY_ENTRY_EXPORT", None)
    symbols = [] if directory is None else directory.symbols[:_MOST_SYMBOLS]
    return frozenset(_name(symbol.name) for symbol in symbols if symbol.name)


def _imports(image: pefile.PE) -> frozenset[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for library in getattr(image, "DIRECTORY_ENTRY_IMPORT", ()):
        name = _name(library.dll or b"").lower().removesuffix(".dll")
        for symbol in library.imports:
            found.add((name, _name(symbol.name) if symbol.name else f"#{symbol.ordinal}"))
            if len(found) >= _MOST_SYMBOLS:
                return frozenset(found)
    return frozenset(found)


def _name(raw: bytes) -> str:
    return raw[:_LONGEST_NAME].decode("ascii", "replace")
