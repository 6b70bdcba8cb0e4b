"""Known losses: the fixtures whose disposition falls under a metamorphic law, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_UNFOLDED = "texts are joined only in code that runs or makes something by a name"
_ONE_ACT = "the judge counts the disguise of a call and the call as one act"
_AS_WRITTEN = "a client of .NET writes its messages from the first byte"
KNOWN_LOSSES: Final[Mapping[str, Mapping[str, str]]] = {
    "request_names_database/vbscript-whole": {"strings-split": _UNFOLDED},
    "request_reaches_process/csharp-page-in-base64": {"strings-split": _UNFOLDED},
    "hidden_constant_executed/jscript-net-base64": {"evaluators-as-members": _ONE_ACT},
    "fetched_content_written/jscript-net-evaluated": {"evaluators-as-members": _ONE_ACT},
    "soap_message_as_page/page": {"padding-before": _AS_WRITTEN},
}
"""By fixture, the laws under which its disposition is known to fall, with the reason."""
