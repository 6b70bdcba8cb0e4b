"""Places of a host: drives, directories to walk, and their roles."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Role(StrEnum):
    """The purpose of a directory on the server; if several apply, the deepest directory decides."""

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
"""Roles whose directories only the Exchange setup should write server-side code to."""
SETUP_ROLES = EXCHANGE_ROLES | {Role.ASPNET_CLIENT, Role.LAYOUTS}
"""Roles whose directories only the setup of Exchange, ASP.NET or SharePoint should write to."""
TIGHT_ROLES = frozenset({Role.OWA_AUTH, Role.ECP_AUTH, Role.OAB, Role.ASPNET_CLIENT, Role.HTTP_PROXY})
"""Roles of directories in which only setup has pages, and adds and removes none but those that it ships."""
SERVED_ROLES = SETUP_ROLES | {Role.WWWROOT, Role.SITE}
"""Roles of the directories from which a web server answers."""
WEB_ROLES = SERVED_ROLES | {Role.TEMP_ASPNET}
"""Roles of the directories of a web server, with that of the assemblies that it makes from pages."""
SIGN_IN_ROLES = frozenset({Role.OWA_AUTH, Role.ECP_AUTH})
"""Roles of the directories of Exchange's own sign-in pages."""


class Volume(NamedTuple):
    """A drive letter and its place in the source.

    ``top`` is a path inside the source (``""`` is the top of the source); ``assumed`` is true if the letter was
    guessed, and ``reason`` is the way in which it was found.
    """

    letter: str
    top: str
    assumed: bool = False
    reason: str = ""


class WebPlaces(NamedTuple):
    """The directories inside the source that the paths in a page refer to.

    ``virtual`` pairs each virtual path of the page's site (lower-case, ``""`` is the site itself) with its directory;
    ``tops`` are the candidates for ``/`` and ``~/`` if the site is not known, the likeliest first.
    """

    volumes: tuple[Volume, ...] = ()
    virtual: tuple[tuple[str, str], ...] = ()
    tops: tuple[str, ...] = ()


class Url(NamedTuple):
    """An address of a file on a web server.

    ``address`` is percent-encoded (RFC 3986). A host of ``*`` means any host name, and an address without a host
    (``/owa/auth/x.aspx``) is the path on an unknown site. ``assumed`` is true if the address is derived from the
    default directories of Exchange and IIS, and not from a configuration. ``refused`` is true if IIS answers no request
    for it unless request filtering was changed.
    """

    address: str
    site: str | None = None
    assumed: bool = False
    refused: bool = False


class Root(NamedTuple):
    r"""A directory to walk.

    ``path`` is inside the source; ``server_path`` is the path on the server (``C:\inetpub\wwwroot``) or ``None``
    if the drive is not known; ``found_by`` is the way in which it was found, in words.
    """

    path: str
    server_path: str | None
    role: Role
    found_by: str
