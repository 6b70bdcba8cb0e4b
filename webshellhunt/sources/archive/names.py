"""Names of members: decoded, with the separators of this program, and inside the archive."""

from __future__ import annotations

LONGEST = 4096
"""A path with more characters is not a real one."""

MOST_LEVELS = 200


def decode_zip_name(raw: bytes, *, is_utf8: bool) -> str:
    """Return a name of a ZIP archive.

    Undecodable bytes of UTF-8 become surrogates. Many programs write UTF-8 without saying so; other bytes are those of
    code page 437, as the format says.
    """
    if raw.isascii() or is_utf8:
        return raw.decode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp437")


def components(name: str, *, windows: bool) -> tuple[str, ...] | None:
    """Return the components of a name, or ``None`` if it points outside the archive or is not a real path.

    A path from the top of a file system or of a drive is taken as one from the top of the archive: ``C:`` becomes a
    directory, which the survey recognises as a drive.

    Args:
        name: The name in the archive; text after a zero byte is not part of it.
        windows: Whether a backslash is a separator, as in archives that Windows programs wrote.
    """
    name = name.partition("\0")[0]
    if len(name) > LONGEST:
        return None
    if windows:
        name = name.replace("\\", "/")
    found = tuple(part for part in name.split("/") if part not in ("", "."))
    if not found or ".." in found or len(found) > MOST_LEVELS:
        return None
    return found
