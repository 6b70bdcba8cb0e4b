"""Plants: one inert change to a clean Exchange server each, and honest twins, as rows of a table.

A row changes the server in one way: a new file, an element in a section of a configuration, a replaced text, or a hive.
Texts that our own rules would match are broken by a middle dot; the rows are laid without it. The server is small and
made here; a share of the rows is also laid into a real server, where that is at hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from tests.builders.inert import live
from webshellhunt.model.verdict import Disposition

EXCHANGE: Final = "C/Program Files/Microsoft/Exchange Server/V15"
FRONT_END: Final = f"{EXCHANGE}/FrontEnd/HttpProxy"
BACK_END: Final = f"{EXCHANGE}/ClientAccess"
SERVER: Final = "C/Windows/System32/inetsrv/config/applicationHost.config"
FRAMEWORK: Final = "C/Windows/Microsoft.NET/Framework64/v4.0.30319"
SITE: Final = "C/inetpub/wwwroot"
OWA: Final = f"{FRONT_END}/owa/web.config"
_TAG: Final = r"<{name}(?=[\s>/])[^<>]*?(?P<closed>/?)>"

Change = Callable[[dict[str, bytes]], None]
"""Changes the files of a server, by path."""


@dataclass(frozen=True)
class Plant:
    """One row: its number in the list of ways to stay, a name, and the change.

    ``rules`` are the rules of which one has to report it; empty for an honest twin, about which nothing may be above
    ``most``. ``least`` is the disposition of a plant, and ``why`` the reason for one that is lower than suspicious.
    """

    row: int
    name: str
    changes: tuple[Change, ...]
    rules: tuple[str, ...] = ()
    least: Disposition = Disposition.SUSPICIOUS
    most: Disposition = Disposition.BENIGN
    why: str = ""
    only_made: bool = field(default=False, compare=False)
    """True for a row that fits the small server alone."""

    def __str__(self) -> str:
        return f"{self.row}: {self.name}"

    def lay(self, server: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return the files of a server with the change."""
        files = dict(server)
        for change in self.changes:
            change(files)
        return files


def plant(row: int, name: str, rule: str, *changes: Change, **more: object) -> Plant:
    """Return a plant that one of some rules (separated by spaces) has to report."""
    return Plant(row, name, changes, tuple(rule.split()), **more)  # type: ignore[arg-type]


def honest(row: int, name: str, *changes: Change, most: Disposition = Disposition.BENIGN) -> Plant:
    """Return an honest twin."""
    return Plant(row, name, changes, most=most)


def added(path: str, content: str | bytes | Callable[[], bytes]) -> Change:
    """Return the change that adds or replaces a file; a function makes its content when the row is laid."""

    def change(files: dict[str, bytes]) -> None:
        made = content() if callable(content) else content
        files[path] = made if isinstance(made, bytes) else live(made).encode()

    return change


def replaced(path: str, old: str, new: str) -> Change:
    """Return the change that replaces a text of a file, wherever it is."""

    def change(files: dict[str, bytes]) -> None:
        text = files[path].decode("utf-8-sig")
        assert live(old) in text, f"{path} has no {old}"
        files[path] = text.replace(live(old), live(new)).encode()

    return change


def inside(path: str, section: str, element: str, *, location: str = "") -> Change:
    """Return the change that puts an element into a section of a configuration, below a location if one is named.

    The section and the file are made if they don't exist.
    """
    names = section.split("/")

    def change(files: dict[str, bytes]) -> None:
        text = files.get(path, b"<configuration></configuration>").decode("utf-8-sig")
        if location:
            opened, closed = _opened(names), _closed(names)
            block = f'<location path="{location}">{opened}{live(element)}{closed}</location>'
            files[path] = text.replace("</configuration>", f"{block}</configuration>").encode()
        else:
            files[path] = _with_element(text, names, live(element)).encode()

    return change


def _opened(names: list[str]) -> str:
    return "".join(f"<{name}>" for name in names)


def _closed(names: list[str]) -> str:
    return "".join(f"</{name}>" for name in reversed(names))


def _with_element(text: str, names: list[str], element: str) -> str:
    """Return a configuration with an element in a section outside of locations, the section made if it is missing."""
    start = re.search(_TAG.format(name="configuration"), text)
    assert start is not None
    at, stop = start.end(), _end(text, "configuration", start.end())
    for index, name in enumerate(names):
        found = _child(text, name, at, stop)
        if found is None:
            return text[:stop] + _opened(names[index:]) + element + _closed(names[index:]) + text[stop:]
        if found["closed"]:
            inner = _opened(names[index + 1 :]) + element + _closed(names[index:])
            return f"{text[: found.start()]}{found[0][:-2]}>{inner}{text[found.end() :]}"
        at, stop = found.end(), _end(text, name, found.end())
    return text[:stop] + element + text[stop:]


def _child(text: str, name: str, at: int, stop: int) -> re.Match[str] | None:
    """Return the start tag of a section that is in no location and no comment."""
    for found in re.compile(_TAG.format(name=re.escape(name))).finditer(text, at, stop):
        before = text[at : found.start()]
        if before.count("<location") == before.count("</location") and before.count("<!--") == before.count("-->"):
            return found
    return None


def _end(text: str, name: str, at: int) -> int:
    """Return the offset of the end tag of an element whose content begins at an offset."""
    depth = 1
    for found in re.compile(rf"<(?P<end>/?){re.escape(name)}(?=[\s>/])[^<>]*?(?P<closed>/?)>").finditer(text, at):
        depth += 0 if found["closed"] else -1 if found["end"] else 1
        if depth == 0:
            return found.start()
    raise AssertionError(f"{name} has no end")


_POOLS: Final = "".join(
    f'<add name="{name}" managedRuntimeVersion="v4.0" managedRuntimeLoader="" CLRConfigFile="C:\\Program Files'
    f'\\Microsoft\\Exchange Server\\V15\\bin\\GenericAppPoolConfigWithGCServerEnabledFalse.config">'
    '<processModel identityType="LocalSystem" /></add>'
    for name in ("MSExchangeOWAAppPool", "MSExchangeECPAppPool", "MSExchangeAutodiscoverAppPool", "DefaultAppPool")
)


def _applications(top: str, *paths: tuple[str, str]) -> str:
    return "".join(
        f'<application path="{path}" applicationPool="MSExchangeOWAAppPool">'
        f'<virtualDirectory path="/" physicalPath="{top}{folder}" /></application>'
        for path, folder in paths
    )


def made_server() -> dict[str, bytes]:
    """Return the small clean Exchange server."""
    install = EXCHANGE.replace("C/", "C:/").replace("/", "\\")
    front = _applications(
        install,
        ("/owa", "\\FrontEnd\\HttpProxy\\owa"),
        ("/ecp", "\\FrontEnd\\HttpProxy\\ecp"),
        ("/Autodiscover", "\\FrontEnd\\HttpProxy\\Autodiscover"),
        ("/PowerShell", "\\FrontEnd\\HttpProxy\\PowerShell"),
    )
    back = _applications(
        install,
        ("/owa", "\\ClientAccess\\owa"),
        ("/ecp", "\\ClientAccess\\ecp"),
        ("/PowerShell", "\\ClientAccess\\PowerShell-Proxy"),
    )
    server = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<configuration><configSections /><system.applicationHost>'
        f'<applicationPools>{_POOLS}<applicationPoolDefaults managedRuntimeVersion="v4.0">'
        '<processModel identityType="ApplicationPoolIdentity" /></applicationPoolDefaults></applicationPools><sites>'
        '<site name="Default Web Site" id="1"><application path="/" applicationPool="MSExchangeOWAAppPool">'
        '<virtualDirectory path="/" physicalPath="%SystemDrive%\\inetpub\\wwwroot" /></application>'
        f'{front}<bindings><binding protocol="https" bindingInformation=":443:" sslFlags="0" />'
        '<binding protocol="http" bindingInformation="*:80:" /></bindings></site>'
        f'<site name="Exchange Back End" id="2"><application path="/" applicationPool="MSExchangeOWAAppPool">'
        f'<virtualDirectory path="/" physicalPath="{install}\\ClientAccess" /></application>{back}'
        '<bindings><binding protocol="http" bindingInformation="*:81:" />'
        '<binding protocol="https" bindingInformation="*:444:" /></bindings></site>'
        "</sites></system.applicationHost><system.webServer>"
        '<globalModules><add name="HttpLoggingModule" image="%windir%\\System32\\inetsrv\\loghttp.dll" />'
        "</globalModules>"
        '<handlers /><modules /><security><authentication><anonymousAuthentication enabled="true" userName="IUSR" />'
        "</authentication><isapiCgiRestriction /></security></system.webServer></configuration>"
    )
    page = b'<%@ Page Language="C#" %><html><body>Sign in</body></html>'
    return {
        SERVER: server.encode(),
        OWA: b"<configuration><system.web /><system.webServer><modules /></system.webServer></configuration>",
        f"{FRONT_END}/ecp/web.config": b"<configuration><system.webServer /></configuration>",
        f"{BACK_END}/owa/web.config": b"<configuration><system.webServer /></configuration>",
        f"{FRONT_END}/owa/auth/logon.aspx": page,
        f"{SITE}/web.config": b"<configuration><system.webServer /></configuration>",
        f"{SITE}/iisstart.htm": b"<html></html>",
        f"{FRAMEWORK}/Config/machine.config": b"<configuration><system.web /></configuration>",
        f"{FRAMEWORK}/Config/web.config": b"<configuration><system.web /></configuration>",
    }
