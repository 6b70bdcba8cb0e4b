r"""Programs and folders that every IIS or Exchange registers, by name and place.

Source: the modules of stock servers that CSS-Exchange's HealthChecker lists, and those of later Windows.
"""

from __future__ import annotations

import re

from webshellhunt.late import late_pattern

# fmt: off
_INETSRV = frozenset((
    "asp", "authanon", "authbas", "authcert", "authmap", "authmd5", "authsspi", "cachfile", "cachhttp", "cachtokn",
    "cachuri", "cgi", "compdyn", "compstat", "custerr", "defdoc", "diprestr", "dirlist", "filter", "iis_ssi",
    "iisetw", "iisfcgi", "iisfreb", "iisreqs", "iiswsock", "iprestr", "isapi", "logcust", "loghttp", "modrqflt",
    "protsup", "redirect", "rewrite", "rpcproxy", "static", "urlauthz", "validcfg", "warmup",
    "webdav", "aspnetcore", "wsmsvc",
))
# fmt: on
_STOCK_PROGRAM = late_pattern(
    r"(?:%windir%|%systemroot%|[a-z]:\\windows)\\(?:system32|syswow64)\\(?:inetsrv\\(?P<name>\w+)|rpcproxy\\rpcproxy|"
    r"wsmsvc|windowspowershell\\v1\.0\\pwrshplugin)\.dll"
    r"|(?:%windir%|%systemroot%|[a-z]:\\windows)\\microsoft\.net\\framework(?:64)?\\v\d\.\d\.\d+\\"
    r"(?:aspnet_isapi|aspnet_filter|webengine4?)\.dll"
    r"|[a-z]:\\[^\r\n]{1,200}\\exchange server\\v1[45]\\bin\\(?:kerbauth|exppw|authmodulerpc)\.dll",
    re.IGNORECASE,
)
_STOCK_FOLDER = late_pattern(
    r"(?:%systemdrive%|[a-z]:)\\inetpub\\wwwroot\\?"
    r"|(?:%exchangeinstallpath%|[a-z]:\\[^\r\n]{1,200}\\exchange server\\v1[45])\\(?:frontend\\httpproxy|clientaccess)"
    r"(?:\\[^\r\n]{1,200})?",
    re.IGNORECASE,
)


def is_stock_program(path: str) -> bool:
    """Tell whether a program, as a configuration names it, is one that Windows or Exchange registers by itself."""
    found = _STOCK_PROGRAM.fullmatch(path.partition("|")[0].strip().strip('"'))
    return found is not None and (found["name"] is None or found["name"].lower() in _INETSRV)


def is_stock_folder(path: str) -> bool:
    """Tell whether a virtual directory leads to where the default site or Exchange keeps its own."""
    return ".." not in path and _STOCK_FOLDER.fullmatch(path.strip()) is not None
