"""PE files: the version that a program carries. The one door to pefile."""

from __future__ import annotations

import struct


def file_version(data: bytes) -> str | None:
    """Return the file version of a PE image (``15.02.1118.007`` as ``15.2.1118.7``), or ``None`` where it has none.

    Source: PE format, resource section; VS_FIXEDFILEINFO.
    """
    if data[:2] != b"MZ":
        return None
    import pefile  # Heavy, and only a host with Exchange needs it.

    try:
        image = pefile.PE(data=data, fast_load=True)
        image.parse_data_directories(directories=[pefile.DIRECTORY_ENTRY["IMAGE_DIRECTORY_ENTRY_RESOURCE"]])
        info = image.VS_FIXEDFILEINFO[0]
        high, low = int(info.FileVersionMS), int(info.FileVersionLS)
    except (pefile.PEFormatError, AttributeError, IndexError, TypeError, ValueError, struct.error):
        return None
    return f"{high >> 16}.{high & 0xFFFF}.{low >> 16}.{low & 0xFFFF}"
