"""Texts without the victim's secrets: a rule that is passed on must not have one.

A saved report has fingerprints in place of secrets, unless it was written with ``--show-secrets``; a file has them all.
"""

from __future__ import annotations

from typing import Final

from webshellhunt.model.findings import Evidence
from webshellhunt.secrets import find_secrets, find_secrets_in_bytes, is_configuration

MOST_BYTES: Final = 1024 * 1024
"""The part of a file that statements are taken from."""

_CUT = "\n"


def shown_excerpt(evidence: Evidence) -> str:
    """Return an excerpt with a line end for each character of a secret, so that no statement contains it."""
    text, secrets = evidence.excerpt, evidence.secrets
    if secrets is None:
        secrets = find_secrets(text, 0, len(text), configuration=is_configuration(evidence.path))
    for secret in secrets:
        text = f"{text[: secret.start]}{_CUT * (secret.end - secret.start)}{text[secret.end :]}"
    return text


def shown_content(content: bytes, path: str) -> bytes:
    """Return the start of a file with a line end for each byte of a secret; offsets are unchanged."""
    start = content[:MOST_BYTES]
    shown = bytearray(start)
    for secret in find_secrets_in_bytes(start, 0, len(start), configuration=is_configuration(path)):
        shown[secret.start : secret.end] = _CUT.encode() * (secret.end - secret.start)
    return bytes(shown)
