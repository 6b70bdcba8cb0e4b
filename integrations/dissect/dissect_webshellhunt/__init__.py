# SPDX-License-Identifier: AGPL-3.0-or-later
"""Plugin of dissect.target that hunts for back doors of IIS and Exchange with webshellhunt."""

from pathlib import Path

PLUGIN_FOLDER = Path(__file__).parent / "plugins"
"""The folder that ``target-query`` reads plugins from, by ``DISSECT_PLUGINS`` or ``--plugin-path``."""
