# SPDX-License-Identifier: AGPL-3.0-or-later
"""The file that dissect.target loads; its name must differ from ``webshellhunt``, which is the library's."""

from dissect_webshellhunt.plugin import WebshellhuntPlugin

__all__ = ["WebshellhuntPlugin"]
