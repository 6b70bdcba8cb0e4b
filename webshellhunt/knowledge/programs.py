r"""Programs of command lines: which one a command starts, and why it is odd.

A service, a scheduled task, a value of the registry and a setting of IIS all name a program. An odd one is an
interpreter, lies in a folder in which no installer puts programs, or is started with a command that legitimate software
hardly uses. Whether that accuses is for the caller: an administrator's task may start PowerShell, a site may not.

References:
    https://attack.mitre.org/techniques/T1036/005/
    https://attack.mitre.org/techniques/T1059/
    https://attack.mitre.org/techniques/T1218/
    https://lolbas-project.github.io/
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from webshellhunt.host.machine.paths import split_server_path
from webshellhunt.knowledge.odd_folders import SHARE, odd_place
from webshellhunt.knowledge.suspicious_commands import find_suspicious_command
from webshellhunt.knowledge.tunnels import find_tunnel
from webshellhunt.knowledge.written_pages import iter_paths
from webshellhunt.lazy_pattern import lazy_pattern

_LONGEST: Final = 8 * 1024
_SHOWN: Final = 160
_QUOTED = lazy_pattern(r'\s*"([^"]{0,1024})"?')
_WITH_EXTENSION = lazy_pattern(
    r"(?i)\s*([^\"<>|*?\r\n]{1,400}?\.(?:exe|com|dll|sys|bat|cmd|vbs|vbe|js|jse|wsf|ps1|scr|cpl|msc|hta))(?=[\s,\"]|$)"
)
_SEPARATOR = lazy_pattern(r"[\\/:%]")
_FIRST_WORD = lazy_pattern(r"\s*([^\s,]{1,1024})")
_SYSTEM_ROOT = lazy_pattern(r"(?i)\A\s*\"?\\?(?:systemroot|windows)\\")
_DEVICE = lazy_pattern(r"\A\s*\"?\\(?:\?\?|\\\?)\\")
_CODE = lazy_pattern(
    r"(?i)\.(?:exe|com|dll|sys|bat|cmd|vbs|vbe|js|jse|wsf|ps1|psm1|scr|cpl|hta|py|jar|xsl|sct|csproj|inf)(?!\w)"
)
_EXTENSION = lazy_pattern(r"(?i)\.(?:exe|com|bat|cmd)$")

_INTERPRETERS: Final = {
    **dict.fromkeys(("cmd", "command", "%comspec%"), "the command interpreter of Windows"),
    **dict.fromkeys(("powershell", "pwsh", "powershell_ise"), "PowerShell"),
    **dict.fromkeys(("wscript", "cscript"), "the Windows Script Host"),
    "mshta": "the host of HTML applications",
    **dict.fromkeys(("bash", "sh", "wsl"), "a shell of Linux"),
}
_PROXIES: Final = {
    **dict.fromkeys(("rundll32", "regsvr32", "odbcconf", "pcalua", "forfiles", "conhost"), "starts other code"),
    **dict.fromkeys(("msbuild", "installutil", "regasm", "regsvcs", "csc", "vbc", "jsc"), "runs .NET code of a file"),
    **dict.fromkeys(("certutil", "bitsadmin", "curl", "wget", "hh", "wmic", "msxsl"), "can load code from a network"),
    **dict.fromkeys(("nc", "ncat", "netcat", "socat", "plink"), "connects a program with a network"),
    **dict.fromkeys(("net", "net1", "netsh", "reg", "sc", "schtasks", "at"), "changes the configuration of Windows"),
}
_WEB_FOLDERS: Final = (
    (("inetpub", "wwwroot"), "a web directory"),
    (("frontend", "httpproxy"), "a web directory of Exchange"),
    (("v15", "clientaccess"), "a web directory of Exchange"),
    (("web server extensions", "layouts"), "a web directory of SharePoint"),
    (("inetpub", "history"), "the folder of IIS for earlier configurations"),
    (("inetpub", "logs"), "the folder of IIS for logs"),
)
_OF_EXCHANGE: Final = frozenset(
    {("popimap", f"microsoft.exchange.{name}.exe") for name in ("imap4", "imap4service", "pop3", "pop3service")}
    | {("documentviewing", "transcodingservice.exe")}
)
"""Programs of Exchange in the folders of its web applications, each with its folder.

Source: https://github.com/microsoft/CSS-Exchange/blob/main/Shared/Get-ExchAVExclusions.ps1
"""
_OF_INETSRV: Final = frozenset(
    [
        "appcmd.exe",
        "apphostsvc.dll",
        "ftpsvc.dll",
        "iissetup.exe",
        "iisrstas.exe",
        "iisual.exe",
        "iisw3adm.dll",
        "inetinfo.exe",
        "inetmgr.exe",
        "inetmgr6.exe",
        "smtpsvc.dll",
        "w3logsvc.dll",
        "w3wp.exe",
        "wmsvc.exe",
    ]
)
"""The programs and services of IIS and of its SMTP server in the folder of IIS."""
_OF_WINDOWS: Final = frozenset(
    {"svchost", "lsass", "csrss", "services", "winlogon", "wininit", "smss", "spoolsv", "taskhostw", "taskhostex"}
    | {"dllhost", "w3wp", "wmiprvse", "msdtc", "conhost", "dwm", "sihost", "fontdrvhost", "runtimebroker"}
)
"""Programs of the system itself, which have one folder."""


class Oddity(StrEnum):
    """The kind of an odd program."""

    COMMAND = "command"
    TUNNEL = "tunnel"
    PLACE = "place"
    SHARE = "share"
    WEB_FOLDER = "web_folder"
    PAGE = "page"
    PROFILE = "profile"
    INTERPRETER = "interpreter"
    PROXY = "proxy"


class ProgramClaim(NamedTuple):
    r"""An oddity of a program.

    ``words`` stand in parentheses after the program: "C:\\PerfLogs\\a.exe (PerfLogs, where no program belongs)".
    ``path`` is the program, or the path among its arguments, that the claim is about. ``sure`` is true if no legitimate
    software does so.
    """

    kind: Oddity
    words: str
    path: str
    sure: bool


def program_of(command: str) -> str:
    r"""Return the program that a command line starts, without quotes; an empty text for an empty command.

    A path without quotes may have spaces, as in ``C:\Program Files\A\b.exe -k``; a name without a folder has none.

    Examples:
        >>> program_of(r'"C:\Program Files\A\b.exe" -k')
        'C:\\Program Files\\A\\b.exe'
        >>> program_of(r"\SystemRoot\System32\drivers\x.sys")
        '%SystemRoot%\\System32\\drivers\\x.sys'
    """
    text = command[:_LONGEST]
    text = _DEVICE.sub("", text, count=1)
    text = _SYSTEM_ROOT.sub(lambda _: "%SystemRoot%\\", text, count=1)
    word = _FIRST_WORD.match(text)
    quoted = _QUOTED.match(text)
    if quoted is not None:
        return quoted[1].strip()
    if word is None:
        return ""
    spaced = _WITH_EXTENSION.match(text) if _SEPARATOR.search(word[1]) is not None else None
    return (word if spaced is None else spaced)[1].strip()


def is_interpreter(program: str) -> bool:
    """Return True if a program, by its name, runs commands or scripts that its arguments contain."""
    return _stem(program) in _INTERPRETERS


def judge_command(command: str) -> ProgramClaim | None:
    r"""Return the gravest oddity of the program of a command line; ``None`` for an ordinary one.

    Paths among the arguments count if they are code, or if an interpreter gets them: a program may well have its data
    in ProgramData and its log in a folder for temporary files.

    Examples:
        >>> judge_command(r"C:\Users\Public\u.exe -k").words
        'the public folder of all users'
        >>> judge_command(r'"C:\Program Files\Vendor\agent.exe"') is None
        True
        >>> judge_command("cmd.exe /c start x").kind.value
        'interpreter'
    """
    text = command[:_LONGEST]
    return min(_iter_claims(text), key=lambda claim: not claim.sure, default=None) if text.strip() else None


def _iter_claims(text: str) -> Iterator[ProgramClaim]:
    program = program_of(text)
    suspicious = find_suspicious_command(text)
    if suspicious is not None:
        yield ProgramClaim(Oddity.COMMAND, f"the command has {suspicious[0]}", program, sure=True)
    tunnel = find_tunnel(program, text)
    if tunnel is not None:
        yield ProgramClaim(Oddity.TUNNEL, tunnel.words, program, tunnel.sure)
    stem = _stem(program)
    rest = text[max(text.find(program), 0) + len(program) :] if program else text
    runs_any = stem in _INTERPRETERS or stem in _PROXIES
    yield from _place_claims(program[:_LONGEST])
    for named in iter_paths(f"{stem} {rest}"):
        if named.is_page:
            yield ProgramClaim(Oddity.PAGE, "a page written into a web directory", named.path, sure=True)
        elif _is_run(named.path, runs_any=runs_any and named.is_run):
            yield from _place_claims(named.path[:_LONGEST])
    if stem in _INTERPRETERS:
        yield ProgramClaim(Oddity.INTERPRETER, _INTERPRETERS[stem], program, sure=False)
    elif stem in _PROXIES:
        yield ProgramClaim(Oddity.PROXY, f"a program of Windows that {_PROXIES[stem]}", program, sure=False)


def _is_run(path: str, *, runs_any: bool) -> bool:
    """Return True if a program may run a path among its arguments; a folder, such as one to clean, is not run."""
    name = path.strip().replace("/", "\\").rpartition("\\")[2]
    return _CODE.search(path) is not None or (runs_any and "." in name)


def _place_claims(path: str) -> Iterator[ProgramClaim]:
    """Yield the claims about the folder of a path."""
    shown = path if len(path) <= _SHOWN else f"{path[:_SHOWN]}…"
    place = odd_place(path)
    if place is not None:
        kind = Oddity.SHARE if place.words == SHARE else Oddity.PLACE
        yield ProgramClaim(kind, place.words, shown, place.sure)
        return
    names = [name.lower() for name in split_server_path(path).names]
    for wanted, words in _WEB_FOLDERS:
        if len(names) > len(wanted) and _passes(names[:-1], wanted) and tuple(names[-2:]) not in _OF_EXCHANGE:
            yield ProgramClaim(Oddity.WEB_FOLDER, words, shown, sure=True)
            return
    if names and names[-1].removesuffix(".exe") in _OF_WINDOWS and not _is_at_home(names):
        yield ProgramClaim(Oddity.PLACE, "the name of a program of Windows, in another folder", shown, sure=True)
    elif "inetsrv" in names[:-1] and names[-1] not in _OF_INETSRV and names[-1].endswith((".exe", ".dll")):
        yield ProgramClaim(Oddity.WEB_FOLDER, "the folder of IIS, which other programs don't use", shown, sure=True)
    elif names[:1] in (["users"], ["documents and settings"]) and len(names) > 2:
        yield ProgramClaim(Oddity.PROFILE, f"the profile of the user {names[1][:40]}", shown, sure=False)


def _is_at_home(names: list[str]) -> bool:
    """Return True for a name without a folder, and for one in a folder in which Windows has such programs."""
    windows = names[:1] in (["%windir%"], ["%systemroot%"], ["windows"])
    return len(names) == 1 or (
        windows and len(names) > 2 and names[1] in ("system32", "syswow64", "sysnative", "winsxs")
    )


def _passes(names: list[str], wanted: tuple[str, ...]) -> bool:
    """Return True if the wanted names are consecutive in a path; those of SharePoint may have others between."""
    if wanted[0] == "web server extensions":
        return all(name in names for name in wanted)
    return any(tuple(names[at : at + len(wanted)]) == wanted for at in range(len(names) - len(wanted) + 1))


def _stem(program: str) -> str:
    return _EXTENSION.sub("", program.replace("/", "\\").rpartition("\\")[2].strip().lower())
