"""Sections in files of their own, and files with the names of Exchange's libraries."""

from __future__ import annotations

from tests.persistence.plants import FRONT_END, SITE, Change, Plant, added, honest, inside, plant
from tests.persistence.rows_settings import IIS, WEB
from webshellhunt.model.verdict import Disposition

_PAGES = "System.Web.UI.PageHandlerFactory"


def _outside(top: str, section: str, content: str, name: str = "h.config") -> tuple[Change, Change]:
    """Return the changes that keep a section in a file of its own."""
    group, _, tag = section.rpartition("/")
    return inside(f"{top}/web.config", group, f'<{tag} configSource="{name}" />'), added(f"{top}/{name}", content)


SECTIONS = [
    plant(
        25,
        "handlers in a file of their own",
        "WSH4002",
        *_outside(
            f"{FRONT_END}/ecp",
            f"{IIS}/handlers",
            f'<handlers><add name="x" path="*.png" verb="*" type="{_PAGES}" /></handlers>',
        ),
    ),
    plant(
        25,
        "HTTP handlers in a file of their own",
        "WSH4002",
        *_outside(
            SITE, f"{WEB}/httpHandlers", f'<httpHandlers><add path="*.png" verb="*" type="{_PAGES}" /></httpHandlers>'
        ),
    ),
    plant(
        25,
        "build provider in a file of its own",
        "WSH4002",
        *_outside(
            SITE,
            f"{WEB}/compilation",
            '<compilation><buildProviders><add extension=".png" type="System.Web.Compilation.PageBuildProvider" />'
            "</buildProviders></compilation>",
            "conf.config",
        ),
    ),
    plant(
        25,
        "handler of a script engine in a file of its own",
        "WSH4002",
        *_outside(
            SITE,
            f"{IIS}/handlers",
            '<handlers><add name="x" path="*.png" verb="*" modules="FastCgiModule" '
            'scriptProcessor="C:\\PHP\\php-cgi.exe" /></handlers>',
        ),
    ),
    honest(
        25,
        "handlers of a site in a file of their own",
        *_outside(
            SITE,
            f"{IIS}/handlers",
            '<handlers><remove name="x" />'
            '<add name="y" path="ChartImg.axd" verb="GET" type="System.Web.UI.DataVisualization.Charting.ChartHttpHandler, '
            'System.Web.DataVisualization, Version=4.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35" /></handlers>',
        ),
    ),
    honest(
        25,
        "modules of a site in a file of their own",
        *_outside(SITE, f"{IIS}/modules", '<modules><remove name="WebDAVModule" /></modules>', "m.config"),
    ),
]

_STOCK = f"{FRONT_END}/bin/owaauth.dll"
LIBRARIES = [
    plant(31, "text with the name of owaauth.dll", "WSH5005", added(f"{FRONT_END}/owa/auth/owaauth.dll", "x" * 4000)),
    plant(31, "text at the place of owaauth.dll", "WSH5005", added(_STOCK, "[settings]\nkey=1\n")),
    plant(31, "data at the place of exppw.dll", "WSH5005", added(f"{FRONT_END}/bin/exppw.dll", b"\x01\xfe" * 999)),
    plant(31, "empty owaauth.dll in owa/auth", "WSH5005", added(f"{FRONT_END}/owa/auth/owaauth.dll", b"")),
    honest(31, "placeholder of owaauth.dll", added(_STOCK, b"\0" * 4096), most=Disposition.UNEXPLAINED),
    honest(31, "note about owaauth.dll", added(f"{FRONT_END}/bin/owaauth.dll.txt", "Version 15.1")),
]

PLANTS: list[Plant] = [*SECTIONS, *LIBRARIES]
