"""Addresses: the form in which the address of a request and that of a file are compared."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote_to_bytes

from webshellhunt.lazy_pattern import lazy_pattern

EXECUTED: Final = (
    b"aspx", b"ashx", b"asmx", b"asp", b"asa", b"cer", b"cdx", b"cshtml", b"vbhtml", b"php", b"soap", b"rem",
)  # fmt: skip
"""The extensions that a server executes by default, and for which a page is a file; services may lack one."""

_SERVICES = (b"svc", b"axd", b"xamlx")
_PAGE = lazy_pattern(rb"(?i)\.(?:" + b"|".join((*EXECUTED, *_SERVICES)) + rb")(?=/|$)")
_SESSION = lazy_pattern(rb"/\((?:[asf]\([^()/]{0,200}\)){1,3}\)(?=/|$)")
_DOTS = lazy_pattern(rb"/(?:\./|/)+")
_LONGEST: Final = 2048


def address_key(path: bytes) -> bytes:
    """Return an address as it is compared: lower case, decoded once, without a cookieless session and path info.

    IIS logs a blank as ``+``, so both are a blank here. Everything after the name of a page or service
    (``/x.aspx/more``) is its path info, which the server passes to it. SharePoint serves ``_layouts`` below the address
    of each of its sites from one directory.
    """
    path = path[:_LONGEST]
    if b"%" in path:
        path = unquote_to_bytes(path)
    if not path.isascii():
        path = path.decode("utf-8", "surrogateescape").lower().encode("utf-8", "surrogateescape")
    path = path.lower().replace(b"\\", b"/").replace(b"+", b" ")
    if b"//" in path or b"/./" in path:
        path = _DOTS.sub(b"/", path)
    if b"/(" in path:
        path = _SESSION.sub(b"", path)
    page = _PAGE.search(path)
    path = path[: page.end()] if page is not None else path
    return path[max(path.rfind(b"/_layouts/"), 0) :]


def is_page(key: bytes) -> bool:
    """Return True if a key is the address of a file that a server executes by its extension."""
    return key.rpartition(b".")[2] in EXECUTED and b"." in key.rpartition(b"/")[2]
