"""Known losses: pairs of a metamorphic law and a fixture whose disposition falls, with the reason."""

from __future__ import annotations

from typing import Final

_UNFOLDED = "texts are joined only in code that runs or makes something by a name"
KNOWN_LOSSES: Final = {
    "strings-split-request_names_database/vbscript-whole": _UNFOLDED,
    "strings-split-request_reaches_process/csharp-page-in-base64": _UNFOLDED,
}
"""Pairs of a law and a fixture whose disposition is known to fall, with the reason."""
