"""Cleaning: functions by whose names their results are tests, measures or digests of a value."""

from __future__ import annotations

from webshellhunt.lazy_pattern import lazy_pattern

_DIGESTS = lazy_pattern(
    r"(?:calc|\w{0,12}_)?(?:md4|md5|sha\d*|sha_?\d+)(?:_?\w{0,12})|(?:create|calc\w*|get)?hash\w*|digest|h?mac\w*|bcrypt|pbkdf2\w*"
)
_TESTS = lazy_pattern(
    r"zxcvbn|(?:is|has|check|valid|test|score|strength|match|compare|measure|verify)\w*"
    r"|search|indexof|includes|startswith|endswith|alert|parseint|parsefloat|number|boolean"
)
MEMBERS = frozenset({"length", "score"})
"""Members of a value that are a measure of it."""


def makes_digest(name: str) -> bool:
    """True if a function of a name, in lower case, returns a digest of its arguments."""
    return len(name) <= 64 and _DIGESTS.fullmatch(name) is not None


def makes_test(name: str) -> bool:
    """True if a function of a name, in lower case, returns the result of a test of its arguments."""
    return len(name) <= 64 and _TESTS.fullmatch(name) is not None
