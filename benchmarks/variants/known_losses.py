"""Known losses: pairs of a metamorphic law and a fixture whose disposition falls, with the reason."""

from __future__ import annotations

from typing import Final

_UNFOLDED = "texts are joined only in code that runs or makes something by a name"
_ONE_ACT = "the judge counts the disguise of a call and the call as one act"
KNOWN_LOSSES: Final = {
    "strings-split-request_names_database/vbscript-whole": _UNFOLDED,
    "strings-split-request_reaches_process/csharp-page-in-base64": _UNFOLDED,
    "evaluators-as-members-hidden_constant_executed/jscript-net-base64": _ONE_ACT,
    "evaluators-as-members-fetched_content_written/jscript-net-evaluated": _ONE_ACT,
}
"""Pairs of a law and a fixture whose disposition is known to fall, with the reason."""
