"""Names of members by which an archive holds a whole server, or the collection of a triage tool."""

from __future__ import annotations

import re

from webshellhunt.containers.page_names import PAGE_EXTENSIONS, extension_of

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


def is_of_server(name: str) -> bool:
    """Return True if a member is of a server's drive or of a collection, or is a page in a web directory, by its name.

    Folders of web content alone (``wwwroot`` in a package of ASP.NET Core) are not a server; pages in them are one.
    """
    plain = name.replace("\\", "/").lower().lstrip("/")
    return bool(_SERVER.match(plain) or (extension_of(plain) in PAGE_EXTENSIONS and _WEB_DIRECTORY.match(plain)))
