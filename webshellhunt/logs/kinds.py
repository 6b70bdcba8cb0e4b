"""Kinds of logs by path."""

from __future__ import annotations

import re

from webshellhunt.model.traffic import LogKind

HEAD_BYTES = 65536


def kind_by_path(path: str) -> tuple[LogKind | None, int | None]:
    """Return the kind and the site of a log by its path."""
    p = path.lower().replace("/", "\\")
    m = re.search(r"w3svc(\d*)\\[^\\]*\.log(?:\.gz)?$", p)
    if m:
        return LogKind.IIS, int(m[1]) if m[1] else None
    if "httpproxy\\" in p and "logging" in p and p.endswith(".log"):
        return LogKind.HTTP_PROXY, None
    return None, None


def kind_by_content(head: bytes) -> LogKind | None:
    """Return the kind of a log by its first bytes."""
    return LogKind.IIS if b"cs-uri-stem" in head else None


def unread_format(head: bytes) -> str | None:
    """Return the name of a format that is not read."""
    return None
