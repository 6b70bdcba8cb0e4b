"""Places of a host: drives, directories worth walking, and what each is."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """What a directory is to the server; where several fit, the deepest directory wins."""

    OWA_AUTH = "owa_auth"
    OWA = "owa"
    ECP_AUTH = "ecp_auth"
    ECP = "ecp"
    OAB = "oab"
    HTTP_PROXY = "http_proxy"
    CLIENT_ACCESS = "client_access"
    ASPNET_CLIENT = "aspnet_client"
    WWWROOT = "wwwroot"
    SITE = "site"
    LAYOUTS = "layouts"
    TEMP_ASPNET = "temp_aspnet"
    BIN = "bin"
    IIS_CONFIG = "iis_config"
    DROP = "drop"
    GIVEN = "given"


EXCHANGE_ROLES = frozenset(
    {Role.OWA_AUTH, Role.OWA, Role.ECP_AUTH, Role.ECP, Role.OAB, Role.HTTP_PROXY, Role.CLIENT_ACCESS}
)
"""Roles whose directories the Exchange setup owns: nothing else should put server-side code there."""
SIGN_IN_ROLES = frozenset({Role.OWA_AUTH, Role.ECP_AUTH})
"""Roles of the directories that hold Exchange's own sign-in pages."""


class Volume(NamedTuple):
    """A drive letter and where the source holds it.

    ``top`` is a path inside the source (``""`` is the source's own top); ``assumed`` says that the letter was
    guessed, ``reason`` how it was found.
    """

    letter: str
    top: str
    assumed: bool = False
    reason: str = ""


class WebPlaces(NamedTuple):
    """Where the paths that a page names lead: directories inside the source.

    ``virtual`` pairs each virtual path of the page's site (lower-case, ``""`` the site itself) with its directory;
    ``tops`` are those that ``/`` and ``~/`` may stand for where the site doesn't tell, the likeliest first.
    """

    volumes: tuple[Volume, ...] = ()
    virtual: tuple[tuple[str, str], ...] = ()
    tops: tuple[str, ...] = ()


class Url(NamedTuple):
    """An address that leads to a file of a web server.

    ``address`` is percent-encoded (RFC 3986). A host of ``*`` stands for any host name, and an address without a
    host (``/owa/auth/x.aspx``) is the path on a site that is not known. ``assumed`` says that it follows from the
    usual directories of Exchange and IIS, and not from a configuration. ``refused`` says that IIS answers no request
    for it unless request filtering was changed.
    """

    address: str
    site: str | None = None
    assumed: bool = False
    refused: bool = False


class Root(NamedTuple):
    r"""A directory worth walking.

    ``path`` is inside the source; ``server_path`` as the server names it (``C:\inetpub\wwwroot``) or ``None``
    where no drive is known; ``found_by`` says how it was found, in words.
    """

    path: str
    server_path: str | None
    role: Role
    found_by: str
