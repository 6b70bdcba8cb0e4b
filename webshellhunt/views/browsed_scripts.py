"""Browsed scripts: pages and scripts that a browser runs and that may ask for a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webshellhunt.client_scripts.prefilter import is_script_of_passwords, may_ask_password, may_take_password
from webshellhunt.model.places import SIGN_IN_ROLES
from webshellhunt.views.opened_file import OpenedFile

if TYPE_CHECKING:
    from webshellhunt.client_scripts.script_analysis import ScriptAnalysis


def browsed_scripts(sample: OpenedFile, text: str, folded: bytes) -> ScriptAnalysis | None:
    """Return the client-side view of a page or script that may ask for a password; ``None`` for all others."""
    if not sample.is_browsed:
        return None
    is_script = sample.is_client_script or is_script_of_passwords(folded)
    of_exchange = sample.artifact.role in SIGN_IN_ROLES  # the scripts of Exchange's own sign-in pages
    may = may_take_password if is_script else may_ask_password
    if not of_exchange and not may(folded):
        return None
    from webshellhunt.client_scripts.script_analysis import analyse_scripts  # A slow import that few files need.

    return analyse_scripts(text, sample.read_client_script, is_script=is_script, of_exchange=of_exchange)
