"""Antivirus exclusions that Microsoft recommends for Exchange servers, and those that no product needs.

Source: the recommendations for Exchange 2013 to 2019 and Subscription Edition, from CSS-Exchange's
Get-ExchAVExclusions.ps1, and those that Microsoft withdrew in February 2023 (Update on the Exchange Server Antivirus
Exclusions). Folders that a server's settings move (databases, logs) are expected at their defaults.
Excluded processes, whose output antivirus skips, are not covered, since a path does not show the process.
"""

from webshellhunt.knowledge.odd_folders import odd_place
from webshellhunt.knowledge.web_folders import is_page_name
from webshellhunt.lazy_pattern import lazy_pattern

_FOLDERS = lazy_pattern(
    r"(?i)\\exchange server\\v1[45]\\(?P<exchange>clientaccess\\oab|fip-fs|groupmetrics|logging|mailbox|"
    r"transportroles\\(?:data|logs|pickup|replay)|unifiedmessaging\\(?:grammars|prompts|temp|voicemail)|"
    r"working\\oleconverter)(?=\\)"
    r"|^[a-z]:\\(?P<system>windows\\cluster|windows\\temp\\oice_[^\\]{1,60}|"
    r"inetpub\\temp\\iis temporary compressed files)(?=\\)"
)
_EXTENSIONS = frozenset({"config", "chk", "edb", "jfm", "jrs", "log", "que", "dsc", "txt", "lzx", "cfg", "grxml"})
_WITHDRAWN = lazy_pattern(
    r"(?i)c:\\windows\\(?:microsoft\.net\\framework64\\v4\.0\.30319\\temporary asp\.net files|system32\\inetsrv|"
    r"system32\\windowspowershell\\v1\.0\\powershell\.exe|system32\\inetsrv\\w3wp\.exe)"
)
_ROOT = lazy_pattern(r"(?i)%(?:systemroot|windir)%")
_DRIVE = lazy_pattern(r"(?i)(?:[a-z]:|%systemdrive%)?\\?\*{0,2}(?:\.\*)?")
_INTERPRETERS = frozenset(
    {"cmd.exe", "powershell.exe", "powershell_ise.exe", "pwsh.exe", "cscript.exe", "wscript.exe", "mshta.exe"}
    | {"rundll32.exe", "regsvr32.exe", "certutil.exe"}
)


def exclusion_of(path: str) -> str | None:
    r"""Return the exclusion that covers a file of an Exchange server, in words; ``None`` if none does."""
    server_path = path.replace("/", "\\")
    folder = _FOLDERS.search(server_path)
    if folder is not None:
        return f"the folder {folder['exchange'] or folder['system']}"
    name = server_path.rpartition("\\")[2]
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    return f"*.{extension} files" if extension in _EXTENSIONS else None


def find_odd_exclusion(kind: str, value: str) -> str | None:
    """Return why an exclusion is odd, in words; ``None`` for one that a product may need.

    ``kind``: ``path``, ``extension`` or ``process``. ``value``: the path, the extension or the program.
    """
    text = _plain(value)
    if kind == "extension":
        name = text.lstrip("*.").lower()
        return f"the server executes .{name} files" if is_page_name(f"x.{name}") else None
    name = text.rpartition("\\")[2].lower()
    if kind == "process" and name in _INTERPRETERS and not is_withdrawn(kind, value):
        return "any script runs in this program"
    if kind == "path" and value.strip() and _DRIVE.fullmatch(value.strip().replace("/", "\\")) is not None:
        return "it is a whole drive"
    if exclusion_of(f"{text}\\x") is not None:
        return None
    place = odd_place(text if kind == "process" else f"{text}\\x")
    return f"it is in {place.words}" if place is not None and place.sure else None


def is_withdrawn(kind: str, value: str) -> bool:
    """Return True for a path or program that Microsoft recommended to exclude on Exchange servers until February 2023.

    ``kind``: ``path``, ``extension`` or ``process``.
    """
    return kind != "extension" and _WITHDRAWN.fullmatch(_plain(value)) is not None


def _plain(value: str) -> str:
    r"""Return an exclusion without its last wildcard, with ``C:\Windows`` for its variable."""
    text = value.strip().replace("/", "\\").rstrip("\\*")
    root = _ROOT.match(text)
    return text if root is None else rf"C:\Windows{text[root.end() :]}"
