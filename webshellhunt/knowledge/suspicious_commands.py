"""What a command line or a script of PowerShell says that only somebody who hides says."""

from __future__ import annotations

import re

from webshellhunt.lazy_pattern import late_pattern

_LONGEST = 64 * 1024
_PATTERNS = (
    (late_pattern(r"\s[-/]e(?:nc?|c|ncodedcommand)?\s+[A-Za-z0-9+/=]{40}", re.IGNORECASE), "a command in base64"),
    (
        late_pattern(
            r"\b(?:iex|invoke-expression)\b[^\r\n]{0,400}?\b(?:download(?:string|data)|frombase64string|webrequest|irm|"
            r"iwr)\b|\b(?:downloadstring|downloaddata|invoke-webrequest|iwr|irm|frombase64string)\b[^\r\n]{0,400}?\|\s*"
            r"(?:iex|invoke-expression)\b",
            re.IGNORECASE,
        ),
        "text from elsewhere as code",
    ),
    (
        late_pattern(r"\[?(?:System\.)?Reflection\.Assembly\]?::Load\s*\(", re.IGNORECASE),
        "an assembly that is loaded from memory",
    ),
    (late_pattern(r"\bmshta(?:\.exe)?[\"']?\s+[\"']?https?:", re.IGNORECASE), "a script of another machine"),
    (
        late_pattern(r"\bregsvr32(?:\.exe)?\b[^\r\n]{0,200}?/i:https?:", re.IGNORECASE),
        "a script of another machine",
    ),
)


def find_suspicious_command(text: str) -> tuple[str, int, int] | None:
    """Return what is telling, in words, with its range of characters; ``None`` if nothing is."""
    for pattern, words in _PATTERNS:
        found = pattern.search(text, 0, _LONGEST)
        if found is not None:
            return words, found.start(), found.end()
    return None
