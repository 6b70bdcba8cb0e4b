r"""Programs and folders that known products register, identified by their place."""

from __future__ import annotations

import re
from typing import Final

from webshellhunt.host.iis.native_modules import find_known_image, normal_place
from webshellhunt.lazy_pattern import lazy_pattern

_OF_HANDLERS: Final = lazy_pattern(
    r"%windir%\\(?:system32\\(?:inetsrv\\(?:asp|cgi|isapi|iisfcgi|iis_ssi|ssinc|webdav|wmsvc)"
    r"|windowspowershell\\v1\.0\\pwrshplugin)"
    r"|microsoft\.net\\framework(?:64)?\\v\d\.\d\.\d+\\aspnet_isapi)\.dll"
    r"|%exchange%\\bin\\authmodulerpc\.dll"
)
_STOCK_FOLDER = lazy_pattern(
    r"(?:%systemdrive%|[a-z]:)\\inetpub\\wwwroot\\?"
    r"|(?:%exchangeinstallpath%|[a-z]:\\[^\r\n]{1,200}\\exchange server\\v1[45])\\(?:frontend\\httpproxy|clientaccess)"
    r"(?:\\[^\r\n]{1,200})?",
    re.IGNORECASE,
)


def is_stock_program(path: str) -> bool:
    """Return True if the path of a program in a configuration is that of a known product."""
    place = normal_place(path)
    return find_known_image(place) is not None or _OF_HANDLERS.fullmatch(place) is not None


def is_stock_folder(path: str) -> bool:
    """Return True if a virtual directory maps to a folder of the default site or of Exchange."""
    return ".." not in path and _STOCK_FOLDER.fullmatch(path.strip()) is not None
