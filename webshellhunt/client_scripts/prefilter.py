"""Whether a browser's side of a text is worth reading: a few plain searches, since nearly no file is a sign-in page."""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.lazy_pattern import late_pattern

LOOK_UP = r"(?:\$\w{0,24}+|jquery|gbid|\bge|by(?:id|name|selector)|\b(?:get|query|find|el|elem)\w{0,24}+|item|\ball)"
"""A name, in lower case, that a function which looks an element up has, or ends in."""

_PASSWORD = b"passw"

_QUOTE, _INSIDE = "[\"'`]", "[^\"'`\\r\\n]"
# Looked up by a string in which the word stands; or a member of that name whose value is taken.
_SELECTOR = rf"\s*+{_QUOTE}{_INSIDE}{{0,48}}?passw{_INSIDE}{{0,24}}+{_QUOTE}"
_TAKEN = late_pattern(rf"{LOOK_UP}\s*+\({_SELECTOR}\s*+[),]|\[{_SELECTOR}\s*+\]\??\.val|passw\w{{0,16}}+\??\.val")
_REACH = 80
_WIDEST = 4  # bytes of one character
_IN_A_FIELD = late_pattern(r"(?:type|textmode)\s{0,8}+=\s{0,8}+[\"']?+\s{0,8}+password")
_LETS_OUT = (
    b"xmlhttp", b"fetch", b"sendbeacon", b".src", b"\"src\"", b"'src'", b"cookie", b"storage", b"websocket", b"action",
    b".post", b".get(", b"ajax", b"axios", b"location", b"open(",
)  # fmt: skip


def may_ask_password(folded: bytes) -> bool:
    """Tell whether a page, as `webshellhunt.pages.markup.fold` leaves it, may hold a password field."""
    return any(_IN_A_FIELD.search(around) for around in _around_places(folded, len("password")))


def may_take_password(folded: bytes) -> bool:
    """Tell whether a script by itself may take hold of a field of a usual name, and let something out.

    It is asked as `may_ask_password` is. A field that the page calls otherwise is found with the page, which loads the
    script.
    """
    taken = any(_TAKEN.search(around) for around in _around_places(folded, _REACH))
    return taken and any(word in folded for word in _LETS_OUT)


def _around_places(folded: bytes, ahead: int) -> Iterator[str]:
    """Yield what stands around each place of the word, in lower case: to lower all of a text takes far longer."""
    at = folded.find(_PASSWORD)
    while at >= 0:
        before = folded[max(0, at - _WIDEST * _REACH) : at].decode("utf-8", "ignore").lower()
        behind = folded[at : at + _WIDEST * ahead].decode("utf-8", "ignore").lower()
        yield before[-_REACH:] + behind[:ahead]
        at = folded.find(_PASSWORD, at + 1)
