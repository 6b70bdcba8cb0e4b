"""Texts of requests: the address and the query as the server reads them, with any escapes.

Characters of ASCII are decoded twice, so that a double escape hides nothing; other escapes, such as overlong UTF-8, are
kept as they are. Doubled slashes, ``/./``, ``/../`` and cookieless sessions, such as ``/(S(x))``, are removed.
"""

from __future__ import annotations

import re
from typing import Final

LONGEST_ADDRESS: Final = 8192

_ESCAPE = re.compile(r"%([0-7][0-9a-fA-F])")
_ODD = re.compile(r"[%;\\]|//|/\.|/\(|[A-Z]")
_SESSION = re.compile(r"(?i)/\((?:[asf]\([^()/]{0,200}\)){1,3}\)(?=/|$)")
_PARAMETERS = re.compile(r";[^/]*")


def decode(text: str) -> str:
    """Return a text in lower case, with its escapes of ASCII decoded twice."""
    text = text[:LONGEST_ADDRESS]
    for _ in range(2):
        if "%" in text:
            text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    return text.lower()


def read_address(path: str) -> tuple[str, ...]:
    """Return the readings of an address: decoded, and if it has parameters after ``;``, also without them."""
    if _ODD.search(path) is None:
        return (path[:LONGEST_ADDRESS],)
    plain = _without_dots(_SESSION.sub("", decode(path).replace("\\", "/")))
    return (plain, _without_dots(_PARAMETERS.sub("", plain))) if ";" in plain else (plain,)


def read_request(path: str, query: str) -> str:
    """Return the decoded address with its query."""
    plain, decoded = read_address(path)[0], decode(query).removeprefix("?")
    return f"{plain}?{decoded}" if decoded else plain


def _without_dots(path: str) -> str:
    """Return an address without doubled slashes and steps of dots."""
    kept: list[str] = []
    names = path.split("/")
    for name in names:
        if name == "..":
            del kept[-1:]
        elif name not in ("", "."):
            kept.append(name)
    end = "/" if names[-1] in ("", ".", "..") and kept else ""
    return f"/{'/'.join(kept)}{end}"
