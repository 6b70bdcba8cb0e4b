r"""Programs and folders that products register by themselves, by their place."""

from __future__ import annotations

import re
from typing import Final

from webshellhunt.host.iis.native_modules import find_known_image, usual_place
from webshellhunt.lazy_pattern import late_pattern

_OF_HANDLERS: Final = late_pattern(
    r"%windir%\\(?:system32\\(?:inetsrv\\(?:asp|cgi|isapi|iisfcgi|iis_ssi|ssinc|webdav|wmsvc)"
    r"|windowspowershell\\v1\.0\\pwrshplugin)"
    r"|microsoft\.net\\framework(?:64)?\\v\d\.\d\.\d+\\aspnet_isapi)\.dll"
    r"|%exchange%\\bin\\authmodulerpc\.dll"
)
_STOCK_FOLDER = late_pattern(
    r"(?:%systemdrive%|[a-z]:)\\inetpub\\wwwroot\\?"
    r"|(?:%exchangeinstallpath%|[a-z]:\\[^\r\n]{1,200}\\exchange server\\v1[45])\\(?:frontend\\httpproxy|clientaccess)"
    r"(?:\\[^\r\n]{1,200})?",
    re.IGNORECASE,
)


def is_stock_program(path: str) -> bool:
    """True if a program, as a configuration names it, lies where a known product has it."""
    place = usual_place(path)
    return find_known_image(place) is not None or _OF_HANDLERS.fullmatch(place) is not None


def is_stock_folder(path: str) -> bool:
    """True if a virtual directory leads to where the default site or Exchange keeps its own."""
    return ".." not in path and _STOCK_FOLDER.fullmatch(path.strip()) is not None
