"""The filter of carrier parts for further decoding."""

from __future__ import annotations

from webshellhunt.decoding.server_tags import has_server_tags

_MAGIC = (b"!BDN", b"0\x82", b"PK\3\4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"-----BEGIN ")
_BEFORE_ENCODING = b"\x95\xd6\x54\x86\xb7\x69\x14"


def is_worth_opening(data: bytes) -> bool:
    """Return whether bytes contain server code or may be another carrier."""
    return data.startswith(_MAGIC) or _BEFORE_ENCODING in data or has_server_tags(data)
