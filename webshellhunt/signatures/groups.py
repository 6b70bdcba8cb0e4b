"""Groups of shipped rules by folder, and the prefilter of each group.

YARA tries each string of each rule at every byte. One search for the content that all rules of a folder require is
much faster, and few files contain that of the rarer folders.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import Final, NamedTuple


class Group(NamedTuple):
    """The rules of some folders: ``opens`` returns whether any may match bytes and the same in lower case.

    Rules with ``of_code`` describe the code of a page and require a word of a capability; those with ``of_pages``
    require the start of a page, which two bytes in a picture are not.
    """

    folders: tuple[str, ...]
    opens: Callable[[bytes, bytes], bool]
    of_code: bool = False
    of_pages: bool = False


_PROGRAM = b"MZ"
# It begins with a literal, which makes the search fast.
_OTHER_OPENINGS = rb"!--[^\x21-\x7e]*+\#|\x00[%s]|c(?:onfiguration|fexecute)|jsp:)"
_OPENING = re.compile(rb"<(?:[%?]|" + _OTHER_OPENINGS)
_CODE = re.compile(rb"<(?:%|\?(?!xml)|" + _OTHER_OPENINGS)
_SCRIPT_IN_A_MAIL_STORE = re.compile(rb"\x95[\xd6\x67][\x54\x79][\x86\xbe]")  # <scr there, in either case
_CARRIER = re.compile(rb"0\x82|!BDN")
_BINARY = re.compile(rb"[\s\S]{0,3}[\x00-\x08]|[gG][iI][fF]8|\x89PNG|\xff\xd8|BM")
_IN_BINARY = re.compile(rb"<(?:%[@\t\n\r -~]{3}|script|\?(?:php|=))")
"""What rules require in pictures and other binary files, where two bytes that open code occur by chance."""
_UTF_7, _UTF_7_PAGE = b"utf-7", b"65000"
_PHP = re.compile(rb"<\?(?:php|[=\s])")
# In each rule of PHP: a value of a request, a variable that a command takes, or a call of a word that evaluates. What
# precedes a variable or a call is looked at from there, as a search for one byte is fast.
_PHP_VALUE = rb"\{?[\"']?_(?:get|post|request|cookie|server|files)|\{\s{0,4}[\"']_"
_PHP_COMMAND = rb"(?:xec|hru|pen|tem)\(\$|[a-z\s]{2}\s\(\$|[a-z\s]{2}\(\s\$|[a-z(\s][(\s]\s\s\$"
_PHP_TAKES = re.compile(rb"\$(?:%b|(?<=%b))" % (_PHP_VALUE, _PHP_COMMAND))
_PHP_CALLS = re.compile(
    rb"\((?<=eval\(|sert\(|tion\(|val\s\(|ert\s\(|ion\s\(|al\s\s\(|rt\s\s\(|on\s\s\(|[ltn]\s\s\s\(|\s\s\s\s\()"
)
_JAVA_ASKS = re.compile(rb"request\s{0,8}+\.\s{0,8}+get")
_JAVA_TAKES = re.compile(rb"param\s{0,4}+[.\[]")
# By a part that each of some words has, the rest of these words; most files have no such part.
_JAVA_ACTS = {
    b"filter": (b"filterdef", b"filtermap", b"filterregistration", b"filterconfig"),
    b"servlet": (b"servletmapping", b"servletregistration"),
    b"wrapper": (b"createwrapper", b"standardwrapper"),
    **{word: (word,) for word in (b"getruntime", b"processbuilder", b"addendpoint", b"addvalve", b"/dev/tcp/")},
    b"applicationeventlistener": (b"applicationeventlistener",),
}
_SETTING = re.compile(rb":(?<=[Ceghlnrs\s]\s:)")  # before the blanks, the last letter of a setting
_SETTINGS = (
    b"OfflineAddressBooks", b"PollInterval", b"MetabasePath", b"WhenChangedUTC", b"OriginatingServer",
    b"DistinguishedName", b"ExtendedProtectionTokenChecking", b"AdminDisplayVersion", b"ObjectClass",
    b"AuthenticationMethods",
)  # fmt: skip
_LONGEST_SETTING = 100  # characters, including the blanks after its name
_MOST_COLONS = 10_000


def may_open(data: bytes, folded: bytes) -> bool:
    """Return whether bytes may contain a page, a configuration or a program."""
    if data.startswith(_PROGRAM) or _OPENING.search(folded) is not None or _has_script_of_mail(data):
        return True
    return _has(folded, b"runat")


def _has(data: bytes, word: bytes) -> bool:
    """Return whether bytes contain a word; a search from the end is twice as fast."""
    return data.rfind(word) >= 0


def is_markup_only(data: bytes, folded: bytes) -> bool:
    """Return whether bytes that may open something have only the declaration of XML, which opens no code."""
    if data.startswith(_PROGRAM) or _has_script_of_mail(data) or _has(folded, b"runat"):
        return False
    return _CODE.search(folded) is None


def _has_script_of_mail(data: bytes) -> bool:
    return not data.isascii() and _SCRIPT_IN_A_MAIL_STORE.search(data) is not None


def _is_program(data: bytes, _: bytes) -> bool:
    return data.startswith(_PROGRAM)


def _is_carrier(data: bytes, folded: bytes) -> bool:
    if _CARRIER.match(data) is not None or _has_script_of_mail(data):
        return True
    if _BINARY.match(data) is not None and _IN_BINARY.search(folded) is not None:
        return True
    return _has(data, _UTF_7_PAGE) or _has(folded, _UTF_7)


def _has_settings(data: bytes, _: bytes) -> bool:
    colons = list(islice(_SETTING.finditer(data), _MOST_COLONS))
    names = (data[max(0, colon.start() - _LONGEST_SETTING) : colon.start()].rstrip() for colon in colons)
    return len(colons) == _MOST_COLONS or any(name.endswith(_SETTINGS) for name in names)


def _has_java(data: bytes, folded: bytes) -> bool:
    if _has(folded, b"<cfexecute") or (_has(data, b"request") and _JAVA_ASKS.search(data) is not None):
        return True
    if _has(data, b"param") and _JAVA_TAKES.search(data) is not None:
        return True
    for part, words in _JAVA_ACTS.items():
        if folded.rfind(part) >= 0 and any(_has(folded, word) for word in words):
            return True
    return False


def _has_php(_: bytes, folded: bytes) -> bool:
    if _PHP.search(folded) is None:
        return False
    return _PHP_TAKES.search(folded) is not None or _PHP_CALLS.search(folded) is not None


def _is_configuration(data: bytes, folded: bytes) -> bool:
    return data.startswith(_PROGRAM) or b"<configuration" in folded


GROUPS: Final = (
    Group(("asp", "aspx"), lambda *_: True, of_code=True),
    Group(("carriers",), _is_carrier),
    Group(("dotnet",), _is_program),
    Group(("exchange",), _has_settings),
    Group(("iis",), _is_configuration),
    Group(("jsp",), _has_java, of_pages=True),
    Group(("php",), _has_php),
)
_ELSE = Group((), lambda *_: True)


def group_of(namespace: str) -> Group:
    """Return the group of a shipped rule file; one in an unknown folder applies to all files."""
    folder = namespace.removeprefix("own:").partition("/")[0]
    return next((group for group in GROUPS if folder in group.folders), _ELSE)
