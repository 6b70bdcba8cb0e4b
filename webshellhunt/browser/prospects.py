"""Whether a browser's side of a text is worth reading: a few plain searches, since nearly no file is a sign-in page."""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.late import late_pattern

LOOK_UP = r"(?:\$\w{0,24}+|jquery|gbid|\bge|by(?:id|name|selector)|\b(?:get|query|find|el|elem)\w{0,24}+|item|\ball)"
"""A name, in lower case, that a function which looks an element up has, or ends in."""

PASSWORD = b"passw"
"""What a text in lower case holds wherever either may be true: to be asked for first."""

_QUOTE, _INSIDE = "[\"'`]", "[^\"'`\\r\\n]"
# Looked up by a string in which the word stands; or a member of that name whose value is taken.
_SELECTOR = rf"\s*+{_QUOTE}{_INSIDE}{{0,48}}?passw{_INSIDE}{{0,24}}+{_QUOTE}"
_TAKEN = late_pattern(rf"{LOOK_UP}\s*+\({_SELECTOR}\s*+[),]|\[{_SELECTOR}\s*+\]\??\.val|passw\w{{0,16}}+\??\.val")
_REACH = 80
_IN_A_FIELD = late_pattern(r"(?:type|textmode)\s{0,8}+=\s{0,8}+[\"']?+\s{0,8}+password")
_LETS_OUT = (
    "xmlhttp", "fetch", "sendbeacon", ".src", "\"src\"", "'src'", "cookie", "storage", "websocket", "action", ".post",
    ".get(", "ajax", "axios", "location", "open(",
)  # fmt: skip


def may_ask_password(text: str) -> bool:
    """Tell whether a page may hold a password field."""
    lowered = text.lower()
    return any(_IN_A_FIELD.search(lowered, max(0, at - _REACH), at + 8) for at in _places(lowered))


def may_take_password(text: str) -> bool:
    """Tell whether a script by itself may take hold of a field of a usual name, and let something out.

    A field that the page calls otherwise is found with the page, which loads the script.
    """
    lowered = text.lower()
    taken = any(_TAKEN.search(lowered, max(0, at - _REACH), at + _REACH) for at in _places(lowered))
    return taken and any(word in lowered for word in _LETS_OUT)


def _places(lowered: str) -> Iterator[int]:
    at = lowered.find("passw")
    while at >= 0:
        yield at
        at = lowered.find("passw", at + 1)
