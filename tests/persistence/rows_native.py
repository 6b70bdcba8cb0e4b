"""Native programs that outlive the patch: modules, filters and extensions of IIS, and listeners beside it.

The libraries have exports, imports and texts, and no code.
"""

from __future__ import annotations

from functools import lru_cache, partial

from tests.builders.images import image
from tests.builders.signed import TIME_STAMPING, identity, root_of, signature_of, signed_image, with_signature
from tests.persistence.plants import BACK_END, EXCHANGE, FRONT_END, SERVER, SITE, added, honest, inside, plant
from webshellhunt.model.verdict import Disposition

INETSRV, SYSTEM, WOW = "C/Windows/System32/inetsrv", "C/Windows/System32", "C/Windows/SysWOW64"
FILTER, EXTENSION = ("GetFilterVersion", "HttpFilterProc"), ("GetExtensionVersion", "HttpExtensionProc")
MODULES, FILTERS = "system.webServer/globalModules", "system.webServer/isapiFilters"
CRAWLERS = ("Googlebot", "bingbot", "Baiduspider")
LISTENS = {"httpapi.dll": ["HttpInitialize", "HttpCreateRequestQueue", "HttpAddUrlToUrlGroup"]}
MICROSOFT = "Microsoft Corporation"


@lru_cache(maxsize=1)
def _maker() -> tuple[object, object]:
    root, _ = root_of()
    return identity("Maker", "Maker Ltd", root), identity("Stamp", "Tests", root, TIME_STAMPING)


def _signed(*exports: str) -> bytes:
    by, stamp = _maker()
    return signed_image(image(*exports, company="Maker Ltd"), by, stamp=stamp)  # type: ignore[arg-type]


def _with_foreign_signature(*exports: str) -> bytes:
    return with_signature(image(*exports, company=MICROSOFT), signature_of(_signed("Other")))


def _module(name: str, path: str) -> str:
    return f'<add name="{name}" image="{path}" />'


PLANTS = [
    # 13: a module that no configuration names.
    plant(13, "module in inetsrv", "WSH5005", added(f"{INETSRV}/cachx.dll", image("RegisterModule"))),
    plant(13, "module in inetsrv, of Microsoft by its text", "WSH5005",
          added(f"{INETSRV}/iishlp.dll", image("RegisterModule", company=MICROSOFT))),
    plant(13, "module in System32", "WSH5005", added(f"{SYSTEM}/wbhlp.dll", image("RegisterModule"))),
    plant(13, "module in SysWOW64", "WSH5005", added(f"{WOW}/inetsrv/wbhlp.dll", image("RegisterModule"))),
    plant(13, "module in Microsoft.NET", "WSH5005",
          added("C/Windows/Microsoft.NET/Framework64/v4.0.30319/webengine5.dll", image("RegisterModule"))),
    plant(13, "module in OWA's folder", "WSH5005", added(f"{FRONT_END}/owa/auth/x.dll", image("RegisterModule"))),
    plant(13, "module in Exchange's Bin", "WSH5005", added(f"{EXCHANGE}/Bin/x.dll", image("RegisterModule"))),
    plant(13, "module in the back end's bin", "WSH5005", added(f"{BACK_END}/owa/bin/x.dll", image("RegisterModule"))),
    plant(13, "module in ProgramData", "WSH5005", added("C/ProgramData/x.dll", image("RegisterModule"))),
    plant(13, "module in aspnet_client", "WSH5005",
          added("C/inetpub/wwwroot/aspnet_client/x.dll", image("RegisterModule"))),
    plant(13, "module in Public", "WSH5005", added("C/Users/Public/x.dll", image("RegisterModule"))),
    plant(13, "module in wwwroot", "WSH5005", added(f"{SITE}/x.dll", image("RegisterModule"))),
    plant(13, "module in a site's bin", "WSH5005", added(f"{SITE}/bin/x.dll", image("RegisterModule"))),
    plant(13, "filter in wwwroot", "WSH5005", added(f"{SITE}/x.dll", image(*FILTER))),
    plant(13, "module among the extensions of IIS", "WSH5005",
          added("C/Program Files/IIS/Compression/x.dll", image("RegisterModule"))),
    plant(13, "filter in System32", "WSH5005", added(f"{SYSTEM}/fltx.dll", image(*FILTER))),
    plant(13, "extension in System32", "WSH5005", added(f"{SYSTEM}/mail.dll", image(*EXTENSION))),
    plant(13, "extension in inetsrv", "WSH5005", added(f"{INETSRV}/mail.dll", image(*EXTENSION))),
    plant(13, "module in wwwroot that starts programs", "WSH5005",
          added(f"{SITE}/x.dll", image("RegisterModule", imports={"kernel32.dll": ["CreateProcessW"]}))),
    plant(13, "module with the signature of another file", "WSH5005",
          added(f"{INETSRV}/cachx.dll", partial(_with_foreign_signature, "RegisterModule"))),
    honest(13, "module of a product in its folder",
           added("C/Program Files/New Relic/Native/agent.dll", image("RegisterModule", company="New Relic"))),
    honest(13, "Application Request Routing",
           added("C/Program Files/IIS/Application Request Routing/requestRouter.dll",
                 image("RegisterModule", company=MICROSOFT))),
    honest(13, "URL Rewrite", added(f"{INETSRV}/loghttp.dll", image("RegisterModule", company=MICROSOFT)),
           added(f"{INETSRV}/rewrite.dll", image("RegisterModule", company=MICROSOFT)),
           inside(SERVER, MODULES, _module("RewriteModule", r"%SystemRoot%\system32\inetsrv\rewrite.dll"))),
    honest(13, "ASP.NET Core module",
           added("C/Program Files/IIS/Asp.Net Core Module/V2/aspnetcorev2.dll",
                 image("RegisterModule", company=MICROSOFT, imports={"kernel32.dll": ["CreateProcessW"]}))),
    honest(13, "PHP as an extension in its folder", added("C/PHP/php5isapi.dll", image(*EXTENSION))),
    honest(13, "extension of an old application, in its site",
           added(f"{SITE}/scripts/app.dll", image(*EXTENSION, company="Maker")), most=Disposition.UNEXPLAINED),
    honest(13, "library without exports of IIS", added(f"{INETSRV}/helper.dll", image("DllRegisterServer"))),
    honest(13, "signed agent in its folder",
           added("C/Program Files/Maker/agent.dll", partial(_signed, "RegisterModule"))),
    # 14: a stock name with other content.
    plant(14, "stock name without a maker", "WSH5005", added(f"{INETSRV}/iisfreb.dll", image("RegisterModule"))),
    plant(14, "stock name of another maker", "WSH5005",
          added(f"{INETSRV}/iisfreb.dll", image("RegisterModule", company="Contoso"))),
    plant(14, "stock extension without a maker", "WSH5005", added(f"{INETSRV}/asp.dll", image(*EXTENSION))),
    plant(14, "registered stock module without a maker", "WSH5005 WSH4020",
          added(f"{INETSRV}/loghttp.dll", image("RegisterModule"))),
    plant(14, "Exchange's module without a signature", "WSH5005",
          added(f"{EXCHANGE}/Bin/kerbauth.dll", image("RegisterModule", company=MICROSOFT))),
    plant(14, "stock name without exports", "WSH5005", added(f"{INETSRV}/iisfreb.dll", image())),
    plant(14, "stock name in SysWOW64", "WSH5005", added(f"{WOW}/inetsrv/static.dll", image())),
    honest(14, "stock module of Microsoft",
           added(f"{INETSRV}/loghttp.dll", image("RegisterModule", company=MICROSOFT))),
    honest(14, "stock CGI module",
           added(f"{INETSRV}/cgi.dll",
                 image("RegisterModule", company=MICROSOFT, imports={"kernel32.dll": ["CreateProcessW"]}))),
    honest(14, "stock extension of Microsoft", added(f"{INETSRV}/asp.dll", image(*EXTENSION, company=MICROSOFT))),
    # 31: the OwaAuth back door and its look-alikes.
    plant(31, "owaauth.dll in owa/auth", "WSH5005", added(f"{FRONT_END}/owa/auth/owaauth.dll", image(*FILTER))),
    plant(31, "owaauth.dll with Microsoft's name", "WSH5005",
          added(f"{FRONT_END}/owa/auth/owaauth.dll", image(*FILTER, company=MICROSOFT))),
    plant(31, "owaauth.dll in its stock place", "WSH5005",
          added(f"{FRONT_END}/bin/owaauth.dll", image(*FILTER, company=MICROSOFT))),
    plant(31, "exppw.dll in its stock place", "WSH5005",
          added(f"{FRONT_END}/bin/exppw.dll", image("RegisterModule", company=MICROSOFT))),
    plant(31, "filter of a publisher in owa/auth, with another signature", "WSH5005",
          added(f"{FRONT_END}/owa/auth/owaauth.dll", partial(_with_foreign_signature, *FILTER))),
    plant(31, "registered filter without a signature", "WSH4020 WSH5005",
          added("C/Program Files/Maker/f.dll", image(*FILTER)),
          inside(SERVER, FILTERS, r'<filter name="F" path="C:\Program Files\Maker\f.dll" />')),
    plant(31, "owaauth.dll in owa/auth, without exports", "WSH5005",
          added(f"{FRONT_END}/owa/auth/owaauth.dll", image())),
    plant(31, "owaauth.dll in a folder of a product", "WSH5005", added("C/Program Files/Maker/owaauth.dll", image())),
    plant(31, "owaauth.dll in another folder", "WSH5005", added("C/Tools/owaauth.dll", image(*FILTER))),
    plant(31, "airfilter.dll in wwwroot", "WSH5005", added(f"{SITE}/bin/airfilter.dll", image())),
    honest(31, "filter of a publisher in its folder", added("C/Program Files/Maker/f.dll", partial(_signed, *FILTER))),
    # 12: what the module does, by its texts.
    plant(12, "module that answers crawlers", "WSH5031",
          added("C/Program Files/Maker/m.dll",
                image("RegisterModule", texts=[*CRAWLERS, "Referer", "google.com", "baidu.com"]))),
    plant(12, "module that tells its server the site", "WSH5031",
          added("C/Program Files/Maker/m.dll",
                image("RegisterModule", texts=["Googlebot", "Baiduspider", "http://%s/x.php?domain=%s&path=%s"]))),
    plant(12, "module of a known family by its classes", "WSH9412",
          added("C/Program Files/Maker/m.dll", image("RegisterModule", texts=[".?AVHiJackServer@@"]))),
    plant(12, "module that a cookie of a known family opens", "WSH9411",
          added("C/Program Files/Maker/m.dll", image("RegisterModule", texts=["79cfdd0e92b120faadd7eb253eb800d0"]))),
    honest(12, "module that counts crawlers",
           added("C/Program Files/Maker/m.dll", image("RegisterModule", texts=[*CRAWLERS], company="Maker"))),
    honest(12, "module with the referrer in its log",
           added("C/Program Files/Maker/m.dll", image("RegisterModule", texts=["Referer", "google.com", "bing.com"]))),
    plant(7, "GhostContainer in OWA's bin", "WSH9414",
          added(f"{FRONT_END}/owa/bin/App_Web_Container_1.dll", image(texts=["App_Web_843e75cf5b63"]))),
    # 40: requests taken from HTTP.sys without IIS.
    plant(40, "listener in System32", "WSH5030", added(f"{SYSTEM}/wlbsx.dll", image("ServiceMain", imports=LISTENS))),
    plant(40, "listener in SysWOW64 as a program", "WSH5030",
          added(f"{WOW}/Wmdtx.exe", image(imports=LISTENS, is_library=False))),
    plant(40, "listener that only makes a session", "WSH5030",
          added(f"{SYSTEM}/wlbsx.dll", image(imports={"HTTPAPI.dll": ["HttpInitialize", "HttpCreateServerSession"]}))),
    plant(40, "listener in inetsrv", "WSH5030", added(f"{INETSRV}/hlp.exe", image(imports=LISTENS, is_library=False))),
    plant(40, "listener in a web folder", "WSH5030", added(f"{SITE}/bin/x.dll", image("Start", imports=LISTENS))),
    plant(40, "listener in OWA's folder", "WSH5030", added(f"{FRONT_END}/owa/auth/x.exe", image(imports=LISTENS))),
    plant(40, "listener in ProgramData", "WSH5030", added("C/ProgramData/x/x.exe", image(imports=LISTENS))),
    plant(40, "listener at an address of OWA in a folder of its own", "WSH5030",
          added("C/Program Files/Maker/x.exe", image(imports=LISTENS, texts=["https://+:443/ews/health/"]))),
    plant(40, "listener at an address in wide text", "WSH5030",
          added("C/Program Files/Maker/x.exe",
                image(imports=LISTENS, texts=["https://*:443/owa/x/".encode("utf-16-le").decode("latin-1")]))),
    plant(40, "listener that looks its function up", "WSH5030",
          added(f"{SYSTEM}/svcx.dll", image("ServiceMain", texts=["httpapi.dll", "HttpAddUrl"]))),
    plant(40, "listener of a known family by its address", "WSH9413",
          added(f"{SYSTEM}/hlp.exe", image(texts=["http://+:80/v1.0/8888/sys.html"], is_library=False))),
    plant(40, "listener of a known family by its field", "WSH9410",
          added(f"{WOW}/Wmdtc.exe", image(texts=["sdafwe3rwe23"], is_library=False))),
    honest(40, "Reporting Services in its folder",
           added("C/Program Files/Microsoft SQL Server Reporting Services/SSRS/x.exe", image(imports=LISTENS))),
    honest(40, "the library of HTTP.sys itself",
           added(f"{SYSTEM}/httpapi.dll", image("HttpAddUrl", "HttpInitialize", company=MICROSOFT))),
    honest(40, "a service of Windows, without a catalogue",
           added(f"{SYSTEM}/wsmsvc.dll", image("ServiceMain", imports=LISTENS, company=MICROSOFT)),
           most=Disposition.UNEXPLAINED),
    honest(40, "program that sets certificates of HTTP.sys",
           added(f"{SYSTEM}/x.exe",
                 image(imports={"httpapi.dll": ["HttpInitialize", "HttpSetServiceConfiguration"]}))),
    honest(40, "client of HTTP", added(f"{SYSTEM}/x.dll", image("X", imports={"winhttp.dll": ["WinHttpOpen"]}))),
]  # fmt: skip
