"""Listings: counts and names of the members of ZIP, tar and cabinet archives; nothing is unpacked to disk.

Source:
    PKWARE, APPNOTE.TXT 6.3.10, section 4.3.12; POSIX.1-2017, pax, "ustar Interchange Format" and "pax Interchange
    Format"; GNU tar manual, "Basic Tar Format"; Microsoft, [MS-CAB] 2.1 and 2.3.
"""

from __future__ import annotations

import re
import struct
import zlib
from contextlib import suppress
from dataclasses import dataclass, field

from webshellhunt.containers.page_names import (
    ARCHIVE_EXTENSIONS,
    COMPRESSED_EXTENSIONS,
    IMAGE_EXTENSIONS,
    PACKED_DOCUMENTS,
    PAGE_EXTENSIONS,
    RUN_EXTENSIONS,
    STATIC_EXTENSIONS,
    extension_of,
)
from webshellhunt.containers.recognition import begins_container, is_tar_header
from webshellhunt.containers.window import Window
from webshellhunt.containers.zip_end import find_directory

MOST_MEMBERS = 50_000
"""Limit of the members that are listed of an archive."""

MANY_MEMBERS = 1_000
"""Number of files of a typical site: a listing that is cut after so many names may be missing pages."""

_DRIVE = r"(?:[^/]+/){0,4}(?:[a-z]|[a-z](?:%3a|:|_drive)|%5c%5c\.%5c[a-z]%3a|sysvol)/"
_SERVER = re.compile(
    rf"{_DRIVE}(?:windows|inetpub|program files|programdata|users)/"
    r"|(?:.*/)?inetpub/"
    r"|(?:.*/)?windows/system32/(?:config|inetsrv|winevt)/"
    r"|(?:.*/)?exchange server/v1\d/"
    r"|(?:.*/)?frontend/httpproxy/"
    r"|(?:[^/]+/)?uploads(?:\.json$|/(?:auto|ntfs|file|mft)/)"
    r"|(?:.*/)?(?:\$mft|getthis\.csv)$"
)
_WEB_DIRECTORY = re.compile(r"(?:.*/)?(?:wwwroot|aspnet_client|clientaccess|httpproxy)/")

_MEMBER = b"PK\x01\x02"
_DIRECTORY_BYTES = 16 * 1024 * 1024
_HEADER = struct.Struct("<4s4xHH12xLHHH8xL")
_LOCAL = struct.Struct("<26xHH")
_COMMON_METHODS = (0, 8)
_BLOCK = 512
_NAME_BYTES = 4096
_MOST_READS = 20_000
_CABINET_NAME_BYTES = 257
_MOST_PROBED = 64
_NO_ARCHIVES = RUN_EXTENSIONS | STATIC_EXTENSIONS | ARCHIVE_EXTENSIONS | IMAGE_EXTENSIONS | PACKED_DOCUMENTS
"""Extensions of members whose content is not looked at: they are no archives, or known as such."""


@dataclass(slots=True)
class ContainerListing:
    """The members of an archive, counted by their extensions.

    ``complete`` is true if all names were read. ``other_methods`` counts pages with a compression method other than
    *stored* and *deflated*. ``holds_server`` is true if a name is one of a server's drive or of a collection.
    ``archives`` counts the archives in it, by name, and the first containers with other names; ``zips`` are those of
    them named as ZIP archives, and ``compressed`` those named as one compressed file. ``content_bytes`` is the size of
    all members according to the archive. ``first_names`` are a few of the names.
    """

    members: int = 0
    pages: int = 0
    encrypted: int = 0
    holds_server: bool = False
    images: int = 0
    archives: int = 0
    zips: int = 0
    compressed: int = 0
    encrypted_pages: int = 0
    other_methods: int = 0
    content_bytes: int = 0
    complete: bool = False
    first_names: list[str] = field(default_factory=list)

    def add(self, name: str, size_bytes: int = 0, *, encrypted: bool = False, other_method: bool = False) -> None:
        """Count a member."""
        self.content_bytes += size_bytes
        self.members += 1
        extension = extension_of(name)
        is_page = extension in PAGE_EXTENSIONS
        self.pages += is_page
        self.images += extension in IMAGE_EXTENSIONS
        self.archives += extension in ARCHIVE_EXTENSIONS
        self.zips += extension == "zip"
        self.compressed += extension in COMPRESSED_EXTENSIONS and extension_of(name[: -len(extension) - 1]) != "tar"
        self.encrypted += encrypted
        self.holds_server = self.holds_server or is_of_server(name)
        self.encrypted_pages += is_page and encrypted
        self.other_methods += is_page and other_method
        if len(self.first_names) < 8:
            self.first_names.append(name[:200])

    @property
    def is_full(self) -> bool:
        """Return True if the limit of members is reached."""
        return self.members >= MOST_MEMBERS

    @property
    def may_contain_server(self) -> bool:
        """Return True if the archive may contain a web directory or a whole server, by the names that were read."""
        return self.holds_server or bool(self.pages or self.images)


def is_of_server(name: str) -> bool:
    """Return True if a member is of a server's drive or of a collection, or is a page in a web directory, by its name.

    Folders of web content alone (``wwwroot`` in a package of ASP.NET Core) are not a server; pages in them are one.
    """
    plain = name.replace("\\", "/").lower().lstrip("/")
    return bool(_SERVER.match(plain) or (extension_of(plain) in PAGE_EXTENSIONS and _WEB_DIRECTORY.match(plain)))


def list_zip(window: Window) -> ContainerListing:
    """Return the names in a ZIP archive; of its directory the first 16 MiB are read, or the part before any damage."""
    listing = ContainerListing()
    place = find_directory(window.at, window.size_bytes)
    if place is None:
        return listing
    offset, count = place.offset, place.members
    hidden: list[tuple[int, int]] = []
    end = offset + min(place.size_bytes, _DIRECTORY_BYTES)
    while offset + _HEADER.size <= end and not listing.is_full:
        header = window.at(offset, _HEADER.size)
        if len(header) < _HEADER.size:
            return listing
        mark, flags, method, content_bytes, name_bytes, extra_bytes, comment_bytes, at = _HEADER.unpack(header)
        if mark != _MEMBER:
            return listing
        name = window.at(offset + _HEADER.size, name_bytes)
        if not name.endswith(b"/"):
            text = name.decode("utf-8" if flags & 0x800 else "cp437", "replace")
            other = method not in _COMMON_METHODS
            listing.add(text, content_bytes, encrypted=bool(flags & 1), other_method=other)
            if not other and _may_be_hidden(text) and len(hidden) < _MOST_PROBED:
                hidden.append((place.before + at, method))
        offset += _HEADER.size + name_bytes + extra_bytes + comment_bytes
        count -= 1
    listing.complete = count <= 0
    listing.archives += sum(begins_container(_beginning(window, at, method)) for at, method in hidden)
    return listing


def _may_be_hidden(name: str) -> bool:
    """Return True if only its content shows whether a member is a container."""
    return extension_of(name) not in _NO_ARCHIVES


def _beginning(window: Window, offset: int, method: int) -> bytes:
    """Return the first bytes of a member of a ZIP archive by its local header."""
    header = window.at(offset, _LOCAL.size)
    if len(header) < _LOCAL.size:
        return b""
    data = window.at(offset + _LOCAL.size + sum(_LOCAL.unpack(header)), 2 * _BLOCK)
    with suppress(zlib.error):
        return zlib.decompressobj(-15).decompress(data, _BLOCK) if method else data[:_BLOCK]
    return b""


def list_tar(window: Window) -> ContainerListing:
    """Return the names in a tar archive by its headers; the contents of the members are skipped."""
    listing, offset, long_name, probed = ContainerListing(), 0, b"", 0
    for _ in range(_MOST_READS):
        header = window.at(offset, _BLOCK)
        if len(header) == _BLOCK and not header.strip(b"\0"):
            listing.complete = True
            return listing
        if listing.is_full or not is_tar_header(header):
            return listing
        size = _number(header[124:136])
        kind = header[156:157]
        if kind in b"Lxg":
            long_name = _long_name(kind, window.at(offset + _BLOCK, min(size, _NAME_BYTES))) or long_name
        else:
            prefix = header[345:500].split(b"\0")[0] if header[257:262] == b"ustar" else b""
            name = long_name or (prefix + b"/" if prefix else b"") + header[:100].split(b"\0")[0]
            if kind != b"5" and not name.endswith(b"/"):
                text = name.decode("utf-8", "replace")
                listing.add(text)
                if _may_be_hidden(text) and probed < _MOST_PROBED:
                    probed += 1
                    listing.archives += begins_container(window.at(offset + _BLOCK, min(size, _BLOCK)))
            long_name = b""
        offset += _BLOCK + (size + _BLOCK - 1) // _BLOCK * _BLOCK
    return listing


def _long_name(kind: bytes, content: bytes) -> bytes:
    """Return the name of the next member from a record of GNU tar or pax."""
    if kind == b"L":
        return content.split(b"\0")[0]
    for line in content.split(b"\n"):
        _, blank, pair = line.partition(b" ")
        if blank and pair.startswith(b"path="):
            return pair[5:]
    return b""


def _number(text: bytes) -> int:
    """Return a size: octal digits, or, after a first byte of 0x80, a big-endian number."""
    if text[:1] == b"\x80":
        return int.from_bytes(text[1:], "big") & 0xFFFFFFFFFFFF
    try:
        return max(int(text.strip(b" \0") or b"0", 8), 0)
    except ValueError:
        return 0


def list_cabinet(window: Window) -> ContainerListing:
    """Return the names in a cabinet."""
    listing, header = ContainerListing(), window.at(0, 36)
    if len(header) < 36:
        return listing
    offset, count = struct.unpack_from("<16xL8xH", header)
    for _ in range(count):
        entry = window.at(offset, 16 + _CABINET_NAME_BYTES)
        name, ended, _ = entry[16:].partition(b"\0")
        if not ended:
            return listing
        listing.add(name.decode("utf-8", "replace"))
        offset += 17 + len(name)
    listing.complete = True
    return listing
