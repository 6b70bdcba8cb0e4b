"""Further rows, of a second author: ways to stay and honest settings that the tables of the parts lack."""

from __future__ import annotations

from tests.persistence.plants import FRAMEWORK, OWA, SITE, honest, inside, plant
from tests.persistence.rows_hivejudge import NGEN, value

_RULES = "system.webServer/rewrite/rules"
_BLOG = (
    '<rule name="b"><match url="*" /><conditions><add input="{REQUEST_FILENAME}" matchType="IsFile" negate="true" />'
    '</conditions><action type="Rewrite" url="{page}" /></rule>'
)
_LAUNCHER = "C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\ngentasklauncher.dll"
_TRACING = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\Bin\\Search\\Ceres\\ParserServer\\ParserServer.exe"

PLANTS = [
    plant(17, "rule for missing files in owa leads to a page", "WSH4026",
          inside(OWA, _RULES, _BLOG.replace("{page}", "auth/x.aspx"))),
    honest(17, "one page answers missing files of a site",
           inside(f"{SITE}/web.config", _RULES, _BLOG.replace("{page}", "index.php"))),
    honest(25, "provider of MySQL for the whole server",
           inside(f"{FRAMEWORK}/Config/machine.config", "system.web/membership/providers",
                  '<add name="p" type="MySql.Web.Security.MySQLMembershipProvider, MySql.Web" />')),
    honest(15, "launcher of NGEN tasks", value("SOFTWARE", f"Classes\\CLSID\\{NGEN}\\InprocServer32", "", _LAUNCHER)),
    honest(40, "reserved address of reports",
           value("SYSTEM", "Services\\HTTP\\Parameters\\UrlAclInfo", "http://+:80/ReportServer", b"\1\0\4\x80")),
    honest(41, "tracing of the search of Exchange",
           value("SYSTEM", "Services\\SearchExchangeTracing", "ImagePath", _TRACING)),
]  # fmt: skip
