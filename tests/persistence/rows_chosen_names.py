"""Names that an intruder chooses, and applications of other makers beside Exchange."""

from __future__ import annotations

from tests.persistence.plants import OWA, SERVER, Plant, honest, inside, plant
from tests.persistence.rows_settings import ENVIRONMENT, IIS, WEB, asp_net_core, bound, variable
from webshellhunt.model.verdict import Disposition

MODULES, HANDLERS = f"{IIS}/modules", f"{IIS}/handlers"
HEADERS = f"{IIS}/httpProtocol/customHeaders"
TOKEN = "Version=1.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35"
QUESTION, LIKELY = Disposition.UNEXPLAINED, "a name and a token alone, which an update may bring"


def module(type_name: str) -> str:
    return f'<add name="x" type="{type_name}" />'


def isapi(program: str) -> str:
    return f'<add name="x" path="*" verb="*" modules="IsapiModule" scriptProcessor="{program}" />'


NAMES = [
    plant(26, "product's type in another assembly", "WSH4010", inside(OWA, MODULES, module("NewRelic.Cache, Web"))),
    plant(
        26,
        "product's name without a token",
        "WSH4010",
        inside(OWA, MODULES, module("Datadog.Trace.Cache, Datadog.Trace")),
        least=QUESTION,
        why="products register modules without a token, too",
    ),
    plant(
        26,
        "Exchange's name of an assembly that setup does not have",
        "WSH4010",
        inside(OWA, MODULES, module("Microsoft.Exchange.Cache, Microsoft.Exchange.Cache")),
    ),
    plant(
        26,
        "Exchange's name and token of an assembly that setup does not have",
        "WSH4010",
        inside(OWA, MODULES, module(f"Microsoft.Exchange.Cache, Microsoft.Exchange.Cache, {TOKEN}")),
        least=QUESTION,
        why=LIKELY,
    ),
    plant(
        26,
        "Exchange's name of an assembly of pages",
        "WSH4010",
        inside(OWA, f"{WEB}/compilation/assemblies", f'<add assembly="Microsoft.Exchange.Cache, {TOKEN}" />'),
        least=QUESTION,
        why=LIKELY,
    ),
    plant(
        26,
        "name of the framework without an assembly",
        "WSH4010",
        inside(OWA, MODULES, module("System.Web.Cache")),
        least=QUESTION,
        why="the framework may have such a type",
    ),
    plant(
        26,
        "name of the framework in an assembly of a product",
        "WSH4009",
        inside(OWA, MODULES, module("System.Web.Cache, NewRelic.Web")),
    ),
    plant(
        20,
        "hosting startup with a name of Microsoft's",
        "WSH4023",
        inside(SERVER, ENVIRONMENT, variable("ASPNETCORE_HOSTINGSTARTUPASSEMBLIES", "Microsoft.Cache")),
    ),
    plant(
        20,
        "startup hook with the name of a product",
        "WSH4023",
        inside(SERVER, ENVIRONMENT, variable("DOTNET_STARTUP_HOOKS", "NewRelic.Cache")),
        least=QUESTION,
        why="its product is perhaps installed",
    ),
    plant(
        22,
        "unknown profiler beside a path of another name",
        "WSH4023",
        inside(
            SERVER,
            ENVIRONMENT,
            bound(
                ("COR_PROFILER", "{11111111-2222-3333-4444-555555555556}"),
                ("XPATH", r"C:\Program Files\Vendor\x.dll"),
            ),
        ),
    ),
    honest(
        26,
        "module of a product with a token",
        inside(OWA, MODULES, module(f"Elastic.Apm.AspNetFullFramework.ElasticApmModule, Elastic.Apm, {TOKEN}")),
    ),
    honest(
        26,
        "assembly of a product for pages",
        inside(OWA, f"{WEB}/compilation/assemblies", f'<add assembly="NewRelic.Api.Agent, {TOKEN}" />'),
    ),
    honest(
        26,
        "module of Exchange in an application",
        inside(
            OWA,
            MODULES,
            module(
                "Microsoft.Exchange.HttpRequestFiltering.HttpRequestFilteringModule, "
                f"Microsoft.Exchange.HttpRequestFiltering, {TOKEN}"
            ),
        ),
    ),
]
BESIDE = [
    honest(
        31,
        "Configuration Manager beside Exchange",
        inside(
            SERVER, HANDLERS, isapi(r"C:\Program Files\SMS_CCM\ccmisapi.dll"), location="Default Web Site/CCM_System"
        ),
        inside(
            SERVER,
            HANDLERS,
            isapi(r"C:\Windows\System32\inetsrv\smsfileisapi.dll"),
            location="Default Web Site/SMS_DP_SMSPKG$",
        ),
    ),
    honest(
        31,
        "enrolment of devices and certificate states",
        inside(
            SERVER,
            f"{IIS}/security/isapiCgiRestriction",
            r'<add path="C:\Windows\System32\certsrv\mscep\mscep.dll" allowed="true" />'
            r'<add path="%windir%\system32\ocspisapi.dll" allowed="true" />',
        ),
    ),
    honest(
        31,
        "Perl of an application beside Exchange",
        inside(SERVER, HANDLERS, isapi(r"C:\Perl64\bin\perl.exe"), location="Default Web Site/cgi"),
    ),
    honest(
        26,
        "module of an application beside Exchange",
        inside(SERVER, MODULES, module("Shop.Cache, Shop"), location="Default Web Site/shop"),
    ),
    honest(
        19,
        "Python in the environment of a site",
        inside(
            SERVER,
            f"{IIS}/fastCgi",
            r'<application fullPath="C:\inetpub\wwwroot\shop\env\Scripts\python.exe" arguments="C:\inetpub\wwwroot\shop'
            r'\env\Lib\site-packages\wfastcgi.py" />',
        ),
        most=QUESTION,
    ),
    honest(
        18,
        "policy with a second factor",
        inside(
            OWA,
            HEADERS,
            "<add name=\"Content-Security-Policy\" value=\"default-src 'self'; script-src 'self' 'unsafe-inline' "
            "'unsafe-eval' https://*.duosecurity.com\" />",
        ),
    ),
    plant(19, "program of an application of Exchange", "WSH4024", inside(OWA, IIS, asp_net_core(r"bin\x.exe"))),
]

PLANTS: list[Plant] = [*NAMES, *BESIDE]
