"""Suspicious commands: parts of command lines and PowerShell scripts that legitimate software hardly uses."""

from webshellhunt.lazy_pattern import lazy_pattern

_LONGEST = 64 * 1024
_PATTERNS = (
    (lazy_pattern(r"(?i)\s[-/]e(?:nc?|c|ncodedcommand)?\s+[A-Za-z0-9+/=]{40}"), "a base64-encoded command"),
    (
        lazy_pattern(
            r"(?i)\b(?:iex|invoke-expression)\b[^\r\n]{0,400}?\b(?:download(?:string|data)|frombase64string|webrequest|irm|"
            r"iwr)\b|\b(?:downloadstring|downloaddata|invoke-webrequest|iwr|irm|frombase64string)\b[^\r\n]{0,400}?\|\s*"
            r"(?:iex|invoke-expression)\b"
        ),
        "downloaded or decoded text as code",
    ),
    (lazy_pattern(r"(?i)\[?(?:System\.)?Reflection\.Assembly\]?::Load\s*\("), "an assembly from memory"),
    (lazy_pattern(r"(?i)\bmshta(?:\.exe)?[\"']?\s+[\"']?https?:"), "a script from another machine"),
    (
        lazy_pattern(
            r"(?i)\b(?:mshta|rundll32)(?:\.exe)?[\"']?\s+[\"']?(?:about:|[\"'\\.]{0,6}\s?(?:javascript|vbscript):)"
        ),
        "a script in the command itself",
    ),
    (lazy_pattern(r"(?i)\bregsvr32(?:\.exe)?\b[^\r\n]{0,200}?/i:https?:"), "a script from another machine"),
    (
        lazy_pattern(
            r"(?i)\bcertutil(?:\.exe)?[\"']?\s[^\r\n]{0,200}?[-/](?:urlcache|verifyctl|decode(?:hex)?)\b"
            r"|\bbitsadmin(?:\.exe)?[\"']?\s[^\r\n]{0,200}?/(?:transfer|addfile|setnotifycmdline)\b"
        ),
        "a download by a program of Windows that is not made for downloads",
    ),
    (
        lazy_pattern(r"(?i)\binterface\s+portproxy\s+(?:add|set)\b"),
        "code that leads a port to another machine",
    ),
    (
        lazy_pattern(
            r"(?i)\bnet1?(?:\.exe)?[\"']?\s+(?:user|localgroup|group)\s[^\r\n|&]{1,200}?\s/add\b"
            r"|\bNew-LocalUser\b|\bAdd-LocalGroupMember\b"
        ),
        "code that makes an account or adds one to a group",
    ),
    (
        lazy_pattern(
            r"(?i)\bappcmd(?:\.exe)?[\"']?\s+(?:(?:add|install)\s+module|set\s+config\b[^\r\n]{0,200}?(?:globalModules|/modules|"
            r"/handlers))\b"
        ),
        "code that adds a module or handler of IIS",
    ),
)


def find_suspicious_command(text: str) -> tuple[str, int, int] | None:
    """Return the first suspicious part in words, with its range of characters; ``None`` if there is none."""
    for pattern, words in _PATTERNS:
        found = pattern.search(text, 0, _LONGEST)
        if found is not None:
            return words, found.start(), found.end()
    return None
