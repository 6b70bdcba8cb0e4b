# SPDX-License-Identifier: AGPL-3.0-or-later
"""``python -m dissect_webshellhunt``: print the folder of the plugin, for ``DISSECT_PLUGINS``."""

from . import PLUGIN_FOLDER

if __name__ == "__main__":
    print(PLUGIN_FOLDER)  # noqa: T201 - its whole purpose
