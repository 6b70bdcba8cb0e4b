"""Encrypted collections of Velociraptor: ``data.zip`` with a session password, which ``metadata.json`` has encrypted.

Source: Velociraptor, accessors/collector/collector.go (``Scheme``, ``EncryptedPass``), bin/unzip.go (options),
docs/offline_collector/sample.spec.yaml (the command to decrypt).
"""

from __future__ import annotations

import json

from webshellhunt.errors import SourceError
from webshellhunt.sources.source import Source

METADATA = "metadata.json"
"""The name of the file with the encrypted session password."""

CONTENT = "data.zip"
"""The name of the encrypted archive."""

_MOST_BYTES = 1024 * 1024
_ADVICE = {
    "x509": (
        "it is a Velociraptor collection that only the key of its server decrypts (X509): on the server, run "
        "'velociraptor --config server.config.yaml unzip --dump_dir output file.zip', and hunt the folder 'output'; or "
        "pass the session password, which 'unzip --report_password' shows, with --password"
    ),
    "pgp": (
        "it is a Velociraptor collection whose session password is encrypted with PGP: decrypt EncryptedPass in "
        "metadata.json with the private key, and pass the result with --password"
    ),
}


def decryption_advice(metadata: bytes) -> str | None:
    """Return how to decrypt a collection, by its ``metadata.json``, or ``None`` if that doesn't state a known scheme.

    Args:
        metadata: The content of the file; at most its first megabyte is read.
    """
    try:
        rows = json.loads(metadata[:_MOST_BYTES].decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    for row in rows if isinstance(rows, list) else [rows]:
        scheme = row.get("Scheme") if isinstance(row, dict) else None
        if isinstance(scheme, str) and scheme.lower() in _ADVICE and "EncryptedPass" in row:
            return _ADVICE[scheme.lower()]
    return None


def refusal_of(source: Source) -> str | None:
    """Return the reason why an unpacked encrypted collection can't be hunted, or ``None`` for any other source."""
    try:
        if set(source.names("")) != {METADATA, CONTENT}:
            return None
        return decryption_advice(source.read(METADATA, _MOST_BYTES))
    except SourceError:
        return None
