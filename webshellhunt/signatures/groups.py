"""Groups: the folders of our own rules, and what a file must hold before those of a folder are asked.

YARA tries each string of each rule at every byte. What all rules of a folder need anyway is found far faster by one
look of its own, and hardly any file has what the rarer folders need.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple


class Group(NamedTuple):
    """The rules of some folders: ``opens`` tells of bytes whether any of these rules may match.

    Those with ``of_code`` are all about what the code of a page does, and need a word of power.
    """

    folders: tuple[str, ...]
    opens: Callable[[bytes], bool]
    of_code: bool = False


_PROGRAM = b"MZ"
_OPENING = re.compile(  # It begins with one literal, to which a search skips.
    rb"<(?:[%?]|\x00[%sS]|[cC](?:[oO][nN][fF][iI][gG][uU][rR][aA][tT][iI][oO][nN]|[fF][eE][xX][eE][cC][uU][tT][eE])|[jJ][sS][pP]:)"
)
_SCRIPT_IN_A_MAIL_STORE = re.compile(rb"\x95[\xd6\x67]")  # what <s is there, in either case
_CARRIER = re.compile(rb"[\s\S]{0,3}[\x00-\x08]|[gG][iI][fF]8|\x89PNG|\xff\xd8|BM|0\x82|!BDN")
_UTF_7, _UTF_7_PAGE = re.compile(rb"-7(?<=[uU][tT][fF]-7)"), b"65000"
_PHP = re.compile(rb"<\?(?:[pP][hH][pP]|[=\s])")
_JAVA_ASKS = re.compile(rb"request\s{0,8}+\.\s{0,8}+get")
_JAVA_TAKES = re.compile(rb"param\s{0,4}+[.\[]")
_COLD_FUSION = re.compile(rb"<[cC][fF][eE][xX]")
_CONFIGURATION = re.compile(rb"<[cC][oO][nN][fF][iI][gG]")
_SETTING = re.compile(rb":(?<=\s:)")
_SETTINGS = (
    b"OfflineAddressBooks", b"PollInterval", b"MetabasePath", b"WhenChangedUTC", b"OriginatingServer",
    b"DistinguishedName", b"ExtendedProtectionTokenChecking", b"AdminDisplayVersion", b"ObjectClass",
    b"AuthenticationMethods",
)  # fmt: skip


def may_open(data: bytes) -> bool:
    """Tell whether a page, a configuration or a program may begin somewhere in these bytes."""
    if data.startswith(_PROGRAM) or _OPENING.search(data) is not None or _SCRIPT_IN_A_MAIL_STORE.search(data):
        return True
    return b"runat" in data.lower()


def _is_program(data: bytes) -> bool:
    return data.startswith(_PROGRAM)


def _is_carrier(data: bytes) -> bool:
    if _CARRIER.match(data) is not None or _SCRIPT_IN_A_MAIL_STORE.search(data) is not None:
        return True
    return _UTF_7_PAGE in data or _UTF_7.search(data) is not None


def _has_settings(data: bytes) -> bool:
    return _SETTING.search(data) is not None and any(name in data for name in _SETTINGS)


def _has_java(data: bytes) -> bool:
    return any(sign.search(data) is not None for sign in (_JAVA_ASKS, _JAVA_TAKES, _COLD_FUSION))


def _has_php(data: bytes) -> bool:
    return _PHP.search(data) is not None


def _is_configuration(data: bytes) -> bool:
    return _is_program(data) or _CONFIGURATION.search(data) is not None


GROUPS: Final = (
    Group(("asp", "aspx"), lambda _: True, of_code=True),
    Group(("carriers",), _is_carrier),
    Group(("dotnet",), _is_program),
    Group(("exchange",), _has_settings),
    Group(("iis",), _is_configuration),
    Group(("jsp",), _has_java),
    Group(("php",), _has_php),
)
_ELSE = Group((), lambda _: True)


def group_of(namespace: str) -> Group:
    """Return the group of one of our own rule files; one in no known folder is asked of all."""
    folder = namespace.removeprefix("own:").partition("/")[0]
    return next((group for group in GROUPS if folder in group.folders), _ELSE)
