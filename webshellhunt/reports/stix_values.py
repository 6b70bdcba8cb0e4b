"""Values and patterns of STIX 2.1 that the report's bundle and the indicators for other machines share.

Source: OASIS STIX 2.1, sections 2.14 (timestamps), 9 (patterns), appendix A (confidence scales).
"""

import ipaddress
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from webshellhunt.reports.printable import plain_text

CONFIDENCE: Final[Mapping[str, int]] = {"high": 85, "medium": 50, "low": 15}

_REQUEST: Final = "network-traffic:extensions.'http-request-ext'"

StixObject = dict[str, Any]


def stix_time(when: datetime) -> str:
    """Return a time in UTC with milliseconds; a time without a zone is UTC."""
    aware = when.astimezone(UTC) if when.tzinfo is not None else when
    return f"{aware.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def content_pattern(sha256: str) -> str:
    """Return the pattern of a file with this content."""
    return f"[file:hashes.'SHA-256' = {_quoted(sha256)}]"


def path_pattern(path: str) -> str | None:
    """Return the pattern of a file at this path; ``None`` without a folder and a name."""
    separator = "\\" if "\\" in path else "/"
    folder, _, name = path.rpartition(separator)
    if not folder or not name:
        return None
    return f"[file:name = {_quoted(name)} AND file:parent_directory_ref.path = {_quoted(folder)}]"


def registry_pattern(key: str) -> str:
    """Return the pattern of a key of the registry."""
    return f"[windows-registry-key:key = {_quoted(key)}]"


def name_pattern(name: str) -> str | None:
    """Return the pattern of a file with this name; ``None`` for an empty one."""
    return f"[file:name = {_quoted(name)}]" if name else None


def request_pattern(path: str) -> str:
    """Return the pattern of a request for this path."""
    return f"[{_REQUEST}.request_value = {_quoted(path)}]"


def agent_pattern(agent: str) -> str:
    """Return the pattern of a request by this user agent."""
    return f"[{_REQUEST}.request_header.'User-Agent' = {_quoted(agent)}]"


def address_pattern(address: str) -> str:
    """Return the pattern of an IP address."""
    return f"[ipv{ipaddress.ip_address(address).version}-addr:value = {_quoted(address)}]"


def _quoted(text: str) -> str:
    plain = plain_text(text) if not text.isprintable() else text
    return "'" + plain.replace("\\", "\\\\").replace("'", "\\'") + "'"
