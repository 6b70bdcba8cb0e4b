"""What an intruder could change in the configuration of a real Exchange server: one change each.

Texts that our own rules would match are broken by a middle dot; ``live`` takes it out.
"""

from __future__ import annotations

from typing import NamedTuple

EXCHANGE = "C/Program Files/Microsoft/Exchange Server/V15"
FRONT_END, BACK_END = f"{EXCHANGE}/FrontEnd/HttpProxy", f"{EXCHANGE}/ClientAccess"
SERVER = "C/Windows/System32/inetsrv/config/applicationHost.config"
SITE = "C/inetpub/wwwroot"
AUTODISCOVER = f"{BACK_END}/Autodiscover/web.config"
OWA = f"{FRONT_END}/owa/web.config"
_END = "</configuration>"
_FRAMEWORK = "Microsoft.NET\\Framework64\\v4.0.30319\\aspnet_isapi.dll"


class Planted(NamedTuple):
    """A change: in ``file`` every ``old`` becomes ``new``; without ``old``, ``new`` is all of a new file.

    ``copied`` is a file of the server that a copy in another place is made of. One of ``rules`` has to tell.
    """

    rules: tuple[str, ...]
    file: str
    old: str = ""
    new: str = ""
    copied: str = ""


def _section(section: str, element: str) -> str:
    opened = "".join(f"<{name}>" for name in section.split("/"))
    closed = "".join(f"</{name}>" for name in reversed(section.split("/")))
    return opened + element + closed


def _file(section: str, element: str) -> str:
    return "<configur·ation>" + _section(section, element) + _END


def _inside(file: str, section: str, element: str, *rules: str) -> Planted:
    return Planted(rules, file, _END, _section(section, element) + _END)


def _located(location: str, section: str, element: str, *rules: str) -> Planted:
    return Planted(rules, SERVER, _END, f'<location path="{location}">{_section(section, element)}</location>{_END}')


HANDLERS, MODULES = "system.webServer/handlers", "system.webServer/modules"
PROVIDERS = "system.web/compilation/buildProviders"
FILTERING = "system.webServer/security/requestFiltering"
PICTURE = '<add name="p" path="*.png" verb="*" type="System.Web.UI.Page·HandlerFactory" />'
XML = (
    '<add name="AboMapperCustom-77" path="*.xml" verb="POST,GET" modules="IsapiModule" '
    f'scriptProcessor="C:\\Windows\\{_FRAMEWORK}" />'
)
PHP = '<add name="p" path="*.png" verb="*" modules="FastCgiModule" scriptProcessor="C:\\PHP\\php-·cgi.exe" />'
NO_FILTER = '<remove name="RequestFilteringModule" />'
NO_AMSI = '<remove name="HttpRequestFilteringModule" />'
WCF_POST = 'path="*.xml" verb="POST" type="System.ServiceModel.Activation.HttpHandler, System.ServiceModel.Activation'
PAGES = 'type="System.Web.UI.PageHandlerFactory"'
SERVICES = 'extension=".xml" type="System.ServiceModel.Activation.ServiceBuildProvider, System.ServiceModel.Activation'

PLANTED = {
    "picture as page": Planted(("WSH4002",), f"{SITE}/images/web.config", new=_file(HANDLERS, PICTURE)),
    "picture as page in owa": _inside(OWA, HANDLERS, PICTURE, "WSH4002"),
    "picture as page for one page": _located("Default Web Site/owa/auth/x.png", HANDLERS, PICTURE, "WSH4002"),
    "picture to PHP": _located("Default Web Site/owa", HANDLERS, PHP, "WSH4002"),
    "xml elsewhere": _located("Default Web Site/owa", HANDLERS, XML, "WSH4002"),
    "xml for the whole server": _inside(SERVER, HANDLERS, XML, "WSH4002"),
    "xml below Autodiscover": _located("Default Web Site/Autodiscover/help", HANDLERS, XML, "WSH4002"),
    "xml in another site's Autodiscover": _located("Other/Autodiscover", HANDLERS, XML, "WSH4002"),
    "xml in a file": Planted(("WSH4002",), f"{FRONT_END}/ecp/auth/web.config", new=_file(HANDLERS, XML)),
    "xml for more verbs": Planted(("WSH4002",), AUTODISCOVER, 'path="*.xml" verb="POST"', 'path="*.xml" verb="*"'),
    "xml by the page handler": Planted(
        ("WSH4002",), AUTODISCOVER, WCF_POST, 'path="*.xml" verb="POST" type="System.Web.UI.Page·HandlerFactory'
    ),
    "xml by another program": Planted(
        ("WSH4002",),
        SERVER,
        f'path="*.xml" verb="POST,GET" modules="IsapiModule" scriptProcessor="C:\\Windows\\{_FRAMEWORK}',
        'path="*.xml" verb="POST,GET" modules="IsapiModule" scriptProcessor="C:\\Windows\\System32\\aspnet_isapi.dll',
    ),
    "Autodiscover's handler of another type": Planted(
        ("WSH4021",), AUTODISCOVER, WCF_POST, 'path="*.xml" verb="POST" type="Web.Health, Web'
    ),
    "xml built as pages": Planted(
        ("WSH4002",), AUTODISCOVER, SERVICES, 'extension=".xml" type="System.Web.Compilation.Page·BuildProvider'
    ),
    "png built as pages": _inside(
        f"{SITE}/web.config",
        PROVIDERS,
        '<add extension=".png" type="System.Web.Compilation.Page·BuildProvider" />',
        "WSH4002",
    ),
    "pages built by another type": _inside(
        f"{BACK_END}/owa/web.config", PROVIDERS, '<add extension=".aspx" type="Web.Builder, Web" />', "WSH4021"
    ),
    "module from ProgramData": Planted(
        ("WSH4008",), SERVER, "</globalModules>", '<add name="Cache" image="C:\\ProgramData\\c.dll" /></globalModules>'
    ),
    "virtual directory outside": Planted(
        ("WSH4007",),
        SERVER,
        '<application path="/owa" ',
        '<application path="/support"><virtualDirectory path="/" physicalPath="C:\\ProgramData\\COM1" /></application>'
        '<application path="/owa" ',
    ),
    "owa leads elsewhere": Planted(
        ("WSH4021",), SERVER, 'V15\\FrontEnd\\HttpProxy\\owa"', 'V15\\FrontEnd\\HttpProxy\\owa2"'
    ),
    "owa leads to folders of the same names": Planted(
        ("WSH4021",),
        SERVER,
        '"C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\owa"',
        '"C:\\Sites\\FrontEnd\\HttpProxy\\owa"',
    ),
    "xml where folders of the same names are": Planted(
        ("WSH4002",),
        SERVER,
        '"C:\\Program Files\\Microsoft\\Exchange Server\\V15\\ClientAccess\\Autodiscover"',
        '"C:\\Sites\\ClientAccess\\Autodiscover"',
    ),
    "owa leads out by dots": Planted(
        ("WSH4021",), SERVER, 'V15\\FrontEnd\\HttpProxy\\ecp"', 'V15\\FrontEnd\\HttpProxy\\..\\ecp"'
    ),
    "filter removed behind": _inside(f"{BACK_END}/owa/web.config", MODULES, NO_FILTER, "WSH4012"),
    "filter removed in the server": _located("Default Web Site/owa", MODULES, NO_FILTER, "WSH4012"),
    "filter left out of the server": Planted(
        ("WSH4012",), SERVER, '<add name="RequestFilteringModule" lockItem', "<x a"
    ),
    "log left out of the server": Planted(("WSH4012",), SERVER, '<add name="HttpLoggingModule" lockItem', "<x a"),
    "filter removed and nothing in exchange": Planted(
        ("WSH4012",), OWA, '<add name="HostHeaderValidationModule"', '<add name="HostHeader"'
    ),
    "filter exchanged for another module": Planted(
        ("WSH4012", "WSH4021"), OWA, "Microsoft.Exchange.HttpUtilities.HostHeaderValidationModule, ", "Web.Check, "
    ),
    "antivirus removed": _inside(OWA, MODULES, NO_AMSI, "WSH4012"),
    "antivirus removed behind": _inside(f"{BACK_END}/exchweb/EWS/web.config", MODULES, NO_AMSI, "WSH4012"),
    "antivirus of another type": Planted(
        ("WSH4021",), OWA, 'type="Microsoft.Exchange.HttpRequestFiltering.HttpRequestFilteringModule', 'type="Web.Check'
    ),
    "all modules of owa cleared": Planted(("WSH4012",), OWA, '<remove name="Session" />', "<clear />"),
    "permissions of ECP unchecked": _inside(
        f"{BACK_END}/ecp/web.config", MODULES, '<remove name="RbacModule" />', "WSH4012"
    ),
    "front end without its proxy": _inside(OWA, MODULES, '<remove name="HttpProxy" />', "WSH4012"),
    "page handler of another program": Planted(
        ("WSH4021",),
        SERVER,
        f'path="*.aspx" verb="GET,HEAD,POST,DEBUG" modules="IsapiModule" scriptProcessor="%windir%\\{_FRAMEWORK}',
        'path="*.aspx" verb="GET,HEAD,POST,DEBUG" modules="IsapiModule" scriptProcessor="C:\\Windows\\Web\\isapi4.dll',
    ),
    "page handler of another type": Planted(("WSH4021",), SERVER, PAGES, 'type="Web.Pages, Web"'),
    "session module of another type": Planted(
        ("WSH4021",), SERVER, 'type="System.Web.SessionState.SessionStateModule"', 'type="Web.State, Web"'
    ),
    "native module of a managed type": Planted(
        ("WSH4021",),
        SERVER,
        '<add name="HttpLoggingModule" lockItem',
        '<add name="HttpLoggingModule" type="Web.Log" lockItem',
    ),
    "module of owa of another type": Planted(
        ("WSH4021",),
        f"{BACK_END}/owa/web.config",
        'type="Microsoft.Exchange.Clients.Owa.Core.OwaModule, ',
        'type="Web.Owa, ',
    ),
    "stock handlers copied": Planted(("WSH4002",), f"{SITE}/Autodiscover/web.config", copied=AUTODISCOVER),
    "stock handlers under stock names": Planted(
        ("WSH4002",), f"{SITE}/aspnet_client/ClientAccess/Autodiscover/web.config", copied=AUTODISCOVER
    ),
    "stock handlers in the front end": Planted(
        ("WSH4002",), f"{FRONT_END}/owa/ClientAccess/Autodiscover/web.config", copied=AUTODISCOVER
    ),
    "no log for owa": _located("Default Web Site/owa", "system.webServer", '<httpLogging dontLog="true" />', "WSH4011"),
    "configuration shown": _inside(
        f"{FRONT_END}/ecp/web.config",
        FILTERING,
        '<hiddenSegments><remove segment="web.config" /></hiddenSegments>',
        "WSH4012",
    ),
}

ATTEMPTS = {
    "all modules cleared": Planted(("WSH4012",), f"{SITE}/aspnet_client/web.config", new=_file(MODULES, "<clear />")),
    "stock modules copied": Planted(("WSH4012",), f"{SITE}/aspnet_client/web.config", copied=OWA),
    "stock modules copied below themselves": Planted(("WSH4012",), f"{FRONT_END}/owa/auth/web.config", copied=OWA),
    "filter removed below owa": Planted(
        ("WSH4012",), f"{FRONT_END}/owa/auth/web.config", new=_file(MODULES, NO_FILTER)
    ),
}
"""Changes that do nothing, since the section may be set for whole applications only: a question, and told as such."""
