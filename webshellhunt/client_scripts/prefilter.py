"""The prefilter of the client-side analysis: fast searches, since few files are sign-in pages."""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.lazy_pattern import lazy_pattern

LOOK_UP = r"(?:\$\w{0,24}+|jquery|gbid|\bge|by(?:id|name|selector)|\b(?:get|query|find|el|elem)\w{0,24}+|item|\ball)"
"""A pattern of the names, in lower case, of functions that look an element up."""

PASSWORD = b"passw"
"""The letters, in lower case, without which a page asks for no password and a script takes none."""

_QUOTE, _INSIDE = "[\"'`]", "[^\"'`\\r\\n]"
# An element looked up by a string with the word, or a member of that name whose value is read.
_SELECTOR = rf"\s*+{_QUOTE}{_INSIDE}{{0,48}}?passw{_INSIDE}{{0,24}}+{_QUOTE}"
_TAKEN = lazy_pattern(rf"{LOOK_UP}\s*+\({_SELECTOR}\s*+[),]|\[{_SELECTOR}\s*+\]\??\.val|passw\w{{0,16}}+\??\.val")
_REACH = 80
_WIDEST = 4  # bytes of one character
_IN_A_FIELD = lazy_pattern(r"(?:type|textmode)\s{0,8}+=\s{0,8}+[\"']?+\s{0,8}+password")
_TAG = lazy_pattern(rb"<(?:!doctype|!--|%|/?(?:html|head|body|form|input|script|div|p|br|span|table|a|ul|pre)\b)")
_LETS_OUT = (
    b"xmlhttp", b"fetch", b"sendbeacon", b".src", b"\"src\"", b"'src'", b"cookie", b"storage", b"websocket", b"action",
    b".post", b".get(", b"ajax", b"axios", b"location", b"open(",
    b"rtcpeerconnection", b"href",
)  # fmt: skip


def may_ask_password(folded: bytes) -> bool:
    """Return whether a page, folded by `webshellhunt.pages.markup.fold`, may contain a password field."""
    return any(_IN_A_FIELD.search(around) for around in _around_places(folded, len("password")))


def may_take_password(folded: bytes) -> bool:
    """Return whether a separate script may refer to a field of a conventional name and send a value.

    The argument is that of `may_ask_password`. The analysis of the page that loads the script finds a field of another
    name.
    """
    taken = any(_TAKEN.search(around) for around in _around_places(folded, _REACH))
    return taken and any(word in folded for word in _LETS_OUT)


def is_script_of_passwords(folded: bytes) -> bool:
    """Return whether a text without tags is a client script that may take a password, under any name of the file.

    The argument is that of `may_ask_password`.
    """
    if PASSWORD not in folded or b"document" not in folded:
        return False
    return _TAG.search(folded) is None and may_take_password(folded)


def _around_places(folded: bytes, ahead: int) -> Iterator[str]:
    """Yield the text around each occurrence of the word, in lower case; lowering a whole text is far slower."""
    at = folded.find(PASSWORD)
    while at >= 0:
        before = folded[max(0, at - _WIDEST * _REACH) : at].decode("utf-8", "ignore").lower()
        behind = folded[at : at + _WIDEST * ahead].decode("utf-8", "ignore").lower()
        yield before[-_REACH:] + behind[:ahead]
        at = folded.find(PASSWORD, at + 1)
