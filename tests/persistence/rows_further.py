"""Further ways to stay and honest settings, beside those of the other tables."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import quote

from tests.builders.failed_requests import failed_request
from tests.persistence.plants import FRAMEWORK, OWA, SERVER, SITE, added, honest, inside, plant
from tests.persistence.rows_registry import NGEN, value

_RULES = "system.webServer/rewrite/rules"
_BLOG = (
    '<rule name="b"><match url="*" /><conditions><add input="{REQUEST_FILENAME}" matchType="IsFile" negate="true" />'
    '</conditions><action type="Rewrite" url="{page}" /></rule>'
)
_LAUNCHER = "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\ngentasklauncher.dll"
_TRACING = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\Bin\\Search\\Ceres\\ParserServer\\ParserServer.exe"
_MODULE = '<add name="m" type="Microsoft.Exchange.Clients.Owa.X, {assembly}" />'
_BROWSERS = f"{FRAMEWORK}/Config/Browsers/z.browser"
_ADAPTER = (
    '<browsers><browser refID="Default"><controlAdapters><adapter controlType="System.Web.UI.HtmlControls.HtmlForm" '
    'adapterType="{type}" /></controlAdapters></browser></browsers>'
)
_SITES = "system.applicationHost/sites"
_SITE = (
    '<site name="x" id="78"><application path="/" applicationPool="{pool}"><virtualDirectory path="/" '
    'physicalPath="C:\\inetpub\\x" /></application><bindings><binding protocol="http" bindingInformation="*:8099:" />'
    "</bindings></site>"
)
_MARKER = (
    '<?xml version="1.0" encoding="utf-8"?><preserve resultType="3" virtualPath="{path}" assembly="App_Web_x" '
    'type="ASP.x_aspx" />'
)
_TRACE = "C/inetpub/logs/FailedReqLogFiles/W3SVC1/fr000017.xml"
_STATE = b"\xff\x01\x32\x91\x07\0\1\0\0\0\xff\xff\xff\xff\1\0\0\0\0\0\0\0\x0c\2" + bytes(20)
_TOMCAT = '<filter name="jakarta" path="C:\\tomcat\\connectors\\isapi_redirect.dll" enabled="true" />'

PLANTS = [
    plant(17, "rule for missing files in owa leads to a page", "WSH4026",
          inside(OWA, _RULES, _BLOG.replace("{page}", "auth/x.aspx"))),
    plant(26, "module of an assembly that no version of Exchange has", "WSH4009 WSH4010",
          inside(OWA, "system.webServer/modules", _MODULE.replace("{assembly}", "Microsoft.Exchange.Clients.OwaExt"))),
    plant(4, "adapter of all servers' forms", "WSH2011", added(_BROWSERS, _ADAPTER.replace("{type}", "P.F, Pages"))),
    plant(25, "extension of schemas for the whole server", "WSH4010 WSH4022",
          inside(f"{FRAMEWORK}/Config/machine.config", "system.xml.serialization/schemaImporterExtensions",
                 '<add name="s" type="S.E, Schema" />')),
    plant(53, "log of all sites without addresses", "WSH4028",
          inside(SERVER, "system.applicationHost/log", '<centralW3CLogFile enabled="true" logExtFileFlags="Date, Time" />')),
    plant(35, "site of an own folder in a pool of Exchange", "WSH4027",
          inside(SERVER, _SITES, _SITE.replace("{pool}", "MSExchangeOWAAppPool"))),
    plant(11, "marker of a page below aspnet_client", "WSH5003",
          added(f"{SITE}/bin/x.aspx.0.compiled", _MARKER.replace("{path}", "/aspnet_client/x.aspx"))),
    plant(51, "view state with an object in a trace", "WSH7233", added(_TRACE, failed_request(
        "https://m.example/owa/auth/errorFE.aspx", body="__VIEWSTATE=" + quote(b64encode(_STATE).decode(), safe="")))),
    honest(25, "listener of the framework writes traces",
           inside(OWA, "system.diagnostics/trace/listeners",
                  '<add name="l" type="System.Diagnostics.TextWriterTraceListener" initializeData="C:\\Logs\\owa.log" />')),
    honest(45, "hook of Citrix in each process",
           value("SOFTWARE", "Microsoft\\Windows NT\\CurrentVersion\\Windows", "AppInit_DLLs", "mfaphook64.dll")),
    honest(31, "connector to Tomcat", inside(SERVER, "system.webServer/isapiFilters", _TOMCAT)),
    honest(51, "view state of texts in a trace", added(_TRACE, failed_request(
        "https://m.example/owa/auth/errorFE.aspx", body="__VIEWSTATE=" + quote("/wEPDwUKLTE" + "2" * 40, safe="")))),
    honest(35, "site of an own folder and pool", inside(SERVER, _SITES, _SITE.replace("{pool}", "Intranet"))),
    honest(11, "marker of a page of a site",
           added(f"{SITE}/bin/x.aspx.0.compiled", _MARKER.replace("{path}", "/shop/x.aspx"))),
    honest(26, "module of an assembly of Exchange",
           inside(OWA, "system.webServer/modules", _MODULE.replace("{assembly}", "Microsoft.Exchange.FrontEndHttpProxy"))),
    honest(4, "adapter of a site's forms",
           added(f"{SITE}/App_Browsers/Form.browser", _ADAPTER.replace("{type}", "FormRewriterControlAdapter"))),
    honest(17, "one page answers missing files of a site",
           inside(f"{SITE}/web.config", _RULES, _BLOG.replace("{page}", "index.php"))),
    honest(25, "provider of MySQL for the whole server",
           inside(f"{FRAMEWORK}/Config/machine.config", "system.web/membership/providers",
                  '<add name="p" type="MySql.Web.Security.MySQLMembershipProvider, MySql.Web, PublicKeyToken=c5687fc88969c44d" />')),
    honest(15, "launcher of NGEN tasks", value("SOFTWARE", f"Classes\\CLSID\\{NGEN}\\InprocServer32", "", _LAUNCHER)),
    honest(40, "reserved address of reports",
           value("SYSTEM", "Services\\HTTP\\Parameters\\UrlAclInfo", "http://+:80/ReportServer", b"\1\0\4\x80")),
    honest(41, "tracing of the search of Exchange",
           value("SYSTEM", "Services\\SearchExchangeTracing", "ImagePath", _TRACING)),
]  # fmt: skip
