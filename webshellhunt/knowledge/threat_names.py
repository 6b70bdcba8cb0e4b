"""Threat names: the kind of a threat by the name that Microsoft gives it, ``Type:Platform/Family.Variant!Suffix``.

Source: Microsoft, "How Microsoft names malware" and "HAFNIUM targeting Exchange Servers with 0-day exploits" (names of
detections on Exchange servers).
"""

from enum import IntEnum

from webshellhunt.lazy_pattern import lazy_pattern


class ThreatKind(IntEnum):
    """The kind of a threat; graver ones are greater."""

    TEST = 0
    UNWANTED = 1
    MALWARE = 2
    WEB_SHELL = 3


_NAME = lazy_pattern(r"(?P<type>[\w ]{1,40}):(?P<platform>[\w.]{1,40})/(?P<family>.{1,200})")
_TESTS = ("eicar", "amtso", "test_file", "testfile", "smartscreentest")
_UNWANTED = frozenset(
    {"pua", "puadlmanager", "puabundler", "puaadvertising", "adware", "app", "browsermodifier", "joke", "misleading"}
    | {"monitoringtool", "possiblethreat", "program", "settingsmodifier", "softwarebundler", "tool"}
)
_WEB_PLATFORMS = frozenset({"asp", "aspx", "cfm", "jsp", "php"})
_WEB_SHELLS = (
    "webshell", "chopper", "aspxspy", "antsword", "behinder", "godzilla", "regeorg", "twoface", "secchecker",
    "shellman", "remoteshell", "jsprat", "sharpyshell", "weevely",
)  # fmt: skip
_ON_EXCHANGE = ("iisexchg", "exmann", "exchange")


def threat_kind(threat: str) -> ThreatKind:
    """Return the kind of a threat by its name; an unknown form of name is malware."""
    lowered = threat.lower()
    if any(word in lowered for word in _TESTS):
        return ThreatKind.TEST
    name = _NAME.match(lowered)
    if name is not None and name["type"].strip() in _UNWANTED:
        return ThreatKind.UNWANTED
    if any(word in lowered for word in _WEB_SHELLS):
        return ThreatKind.WEB_SHELL
    is_of_web = name is not None and name["platform"] in _WEB_PLATFORMS
    return ThreatKind.WEB_SHELL if is_of_web else ThreatKind.MALWARE


def is_act_on_server(threat: str) -> bool:
    """Return True if a threat is the behaviour of IIS or Exchange, such as a command that they started."""
    lowered = threat.lower()
    return lowered.startswith(("behavior:", "trojan:", "exploit:")) and any(word in lowered for word in _ON_EXCHANGE)
