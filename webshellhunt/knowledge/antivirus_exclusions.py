"""Antivirus exclusions that Microsoft recommends for Exchange servers.

Source: the recommendations for Exchange 2013 to 2019 and Subscription Edition, from CSS-Exchange's
Get-ExchAVExclusions.ps1. Folders that a server's settings move (databases, logs) are expected at their defaults.
Excluded processes, whose output antivirus skips, are not covered, since a path does not show the process.
"""

from __future__ import annotations

import re

from webshellhunt.lazy_pattern import lazy_pattern

_FOLDERS = lazy_pattern(
    r"\\exchange server\\v1[45]\\(?P<exchange>clientaccess\\oab|fip-fs|groupmetrics|logging|mailbox|"
    r"transportroles\\(?:data|logs|pickup|replay)|unifiedmessaging\\(?:grammars|prompts|temp|voicemail)|"
    r"working\\oleconverter)(?=\\)"
    r"|^[a-z]:\\(?P<system>windows\\cluster|windows\\temp\\oice_[^\\]{1,60}|"
    r"inetpub\\temp\\iis temporary compressed files)(?=\\)",
    re.IGNORECASE,
)
_EXTENSIONS = frozenset({"config", "chk", "edb", "jfm", "jrs", "log", "que", "dsc", "txt", "lzx", "cfg", "grxml"})


def exclusion_of(path: str) -> str | None:
    r"""Return the exclusion that covers a file of an Exchange server, in words; ``None`` if none does."""
    server_path = path.replace("/", "\\")
    folder = _FOLDERS.search(server_path)
    if folder is not None:
        return f"the folder {folder['exchange'] or folder['system']}"
    name = server_path.rpartition("\\")[2]
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    return f"*.{extension} files" if extension in _EXTENSIONS else None
