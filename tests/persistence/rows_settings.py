"""Settings by which a configuration file makes a server run code, and honest settings of the same kind."""

from __future__ import annotations

from tests.persistence.plants import (
    BACK_END,
    EXCHANGE,
    FRAMEWORK,
    FRONT_END,
    OWA,
    SERVER,
    SITE,
    Change,
    Plant,
    added,
    honest,
    inside,
    plant,
)
from webshellhunt.model.verdict import Disposition

WEB, IIS = "system.web", "system.webServer"
MACHINE, ROOT_WEB = f"{FRAMEWORK}/Config/machine.config", f"{FRAMEWORK}/Config/web.config"
ECP_BACK = f"{BACK_END}/ecp/web.config"
FOLDER = f"{SITE}/help/web.config"
POOLS = "system.applicationHost/applicationPools"
DEFAULTS = f"{POOLS}/applicationPoolDefaults"
ENVIRONMENT = f"{DEFAULTS}/environmentVariables"
OWA_LOCATION = "Default Web Site/owa"
ADMIN = SERVER.replace("applicationHost", "administration")
REDIRECTION = SERVER.replace("applicationHost", "redirection")
STRONG = "Vendor.Module, Vendor, Version=2.1.0.0, Culture=neutral, PublicKeyToken=0123456789abcdef"
CHANNEL = "system.runtime.remoting/application/channels/channel/serverProviders"
SAFE_MODE = "SharePoint/SafeMode/PageParserPaths"


def typed(section: str, element: str) -> tuple[str, str]:
    """Return a section and an element with a type of nobody."""
    return section, element.replace("TYPE", "Web.Cache, Web")


TYPES = {
    "module": typed(f"{IIS}/modules", '<add name="x" type="TYPE" />'),
    "classic module": typed(f"{WEB}/httpModules", '<add name="x" type="TYPE" />'),
    "handler": typed(f"{IIS}/handlers", '<add name="x" path="x.do" verb="*" type="TYPE" />'),
    "classic handler": typed(f"{WEB}/httpHandlers", '<add path="x.do" verb="*" type="TYPE" />'),
    "build provider": typed(f"{WEB}/compilation/buildProviders", '<add extension=".do" type="TYPE" />'),
    "expression builder": typed(f"{WEB}/compilation/expressionBuilders", '<add expressionPrefix="x" type="TYPE" />'),
    "page base": typed(WEB, '<pages pageBaseType="TYPE" />'),
    "tag mapping": typed(f"{WEB}/pages/tagMapping", '<add tagType="System.Web.UI.Control" mappedTagType="TYPE" />'),
    "request validation": typed(WEB, '<httpRuntime requestValidationType="TYPE" />'),
    "encoder": typed(WEB, '<httpRuntime encoderType="TYPE" />'),
    "resources": typed(WEB, '<globalization resourceProviderFactoryType="TYPE" />'),
    "membership": typed(f"{WEB}/membership/providers", '<add name="x" type="TYPE" />'),
    "roles": typed(f"{WEB}/roleManager/providers", '<add name="x" type="TYPE" />'),
    "profile": typed(f"{WEB}/profile/providers", '<add name="x" type="TYPE" />'),
    "profile base": typed(WEB, '<profile inherits="TYPE" />'),
    "site map": typed(f"{WEB}/siteMap/providers", '<add name="x" type="TYPE" />'),
    "session": typed(f"{WEB}/sessionState/providers", '<add name="x" type="TYPE" />'),
    "session id": typed(WEB, '<sessionState sessionIDManagerType="TYPE" />'),
    "output cache": typed(f"{WEB}/caching/outputCache/providers", '<add name="x" type="TYPE" />'),
    "soap extension": typed(f"{WEB}/webServices/soapExtensionTypes", '<add type="TYPE" priority="1" group="0" />'),
    "data protector": typed(WEB, '<machineKey dataProtectorType="TYPE" />'),
    "trace listener": typed("system.diagnostics/trace/listeners", '<add name="x" type="TYPE" />'),
    "source listener": typed("system.diagnostics/sources/source/listeners", '<add name="x" type="TYPE" />'),
    "section": typed("configSections", '<section name="x" type="TYPE" />'),
    "section of a group": typed("configSections/sectionGroup", '<section name="x" type="TYPE" />'),
    "WCF behaviour": typed("system.serviceModel/extensions/behaviorExtensions", '<add name="x" type="TYPE" />'),
    "WCF authorization": typed(
        "system.serviceModel/behaviors/serviceBehaviors/behavior",
        '<serviceAuthorization serviceAuthorizationManagerType="TYPE" />',
    ),
    "WCF passwords": typed(
        "system.serviceModel/behaviors/serviceBehaviors/behavior/serviceCredentials",
        '<userNameAuthentication customUserNamePasswordValidatorType="TYPE" />',
    ),
    "tokens": typed("system.identityModel/identityConfiguration/securityTokenHandlers", '<add type="TYPE" />'),
    "claims": typed("microsoft.identityModel/service", '<claimsAuthenticationManager type="TYPE" />'),
    "database driver": typed("system.data/DbProviderFactories", '<add invariant="x" name="x" type="TYPE" />'),
}
RARE = {
    "post processor": typed(WEB, '<compilation assemblyPostProcessorType="TYPE" />'),
    "control interceptor": typed(WEB, '<compilation controlBuilderInterceptorType="TYPE" />'),
    "folder provider": typed(f"{WEB}/compilation/folderLevelBuildProviders", '<add name="x" type="TYPE" />'),
    "parser filter": typed(WEB, '<pages pageParserFilterType="TYPE" />'),
    "compiler": typed("system.codedom/compilers", '<compiler language="c#" extension=".cs" type="TYPE" />'),
    "health": typed(f"{WEB}/healthMonitoring/providers", '<add name="x" type="TYPE" />'),
    "web request": typed("system.net/webRequestModules", '<add prefix="http" type="TYPE" />'),
    "authentication module": typed("system.net/authenticationModules", '<add type="TYPE" />'),
    "proxy": typed("system.net/defaultProxy", '<module type="TYPE" />'),
    "protected data": typed("configProtectedData/providers", '<add name="x" type="TYPE" />'),
    "builder": typed("configBuilders/builders", '<add name="x" type="TYPE" />'),
    "cryptography": typed("mscorlib/cryptographySettings/cryptoNameMapping/cryptoClasses", '<cryptoClass X="TYPE" />'),
    "remoting service": typed(
        "system.runtime.remoting/application/service", '<wellknown mode="Singleton" objectUri="x" type="TYPE" />'
    ),
    "service activation": typed(
        "system.serviceModel/serviceHostingEnvironment/serviceActivations",
        '<add relativeAddress="x.svc" service="TYPE" />',
    ),
    "rewrite provider": typed(f"{IIS}/rewrite/providers", '<provider name="x" type="TYPE" />'),
}


QUESTION, COMMON = Disposition.UNEXPLAINED, "sites have such types of their own"
IN_SITES = ("health", "remoting service", "service activation", "rewrite provider")


def _types() -> list[Plant]:
    rows = []
    for name, (section, element) in TYPES.items():
        rows.append(plant(25, f"{name} in owa", "WSH4010", inside(OWA, section, element)))
        rows.append(plant(25, f"{name} at owa", "WSH4010", inside(SERVER, section, element, location=OWA_LOCATION)))
        rows.append(honest(25, f"{name} of a site", inside(f"{SITE}/shop/web.config", section, element)))
    for name, (section, element) in RARE.items():
        for place, path in (("owa", OWA), ("a folder", FOLDER), ("machine.config", MACHINE), ("the root", ROOT_WEB)):
            least, why = (QUESTION, COMMON) if name in IN_SITES and path == FOLDER else (Disposition.SUSPICIOUS, "")
            rows.append(
                plant(25, f"{name} in {place}", "WSH4022", inside(path, section, element), least=least, why=why)
            )
        known = element.replace("Web.Cache, Web", "System.Web.Cache, System.Web")
        rows.append(honest(25, f"{name} of Microsoft's", inside(FOLDER, section, known)))
    return rows


MODULE, HANDLER = TYPES["module"], TYPES["handler"]
SIGNED = ("configSections", f'<section name="x" type="{STRONG}" />')


def variable(name: str, value: str) -> str:
    return f'<add name="{name}" value="{value}" />'


def pool(attributes: str, inner: str = "") -> tuple[str, str]:
    return POOLS, f'<add name="MSExchangeSyncAppPool" {attributes}>{inner}</add>'


def rule(action: str, conditions: str = "", name: str = "x") -> str:
    return f'<rule name="{name}"><match url="(.*)" /><conditions>{conditions}</conditions>{action}</rule>'


def rewritten(url: str, kind: str = "Rewrite") -> str:
    return rule(f'<action type="{kind}" url="{url}" />')


def outbound(value: str) -> str:
    return f'<rule name="x"><match filterByTags="None" pattern="&lt;/head>" /><action type="Rewrite" value="{value}" /></rule>'


SCRIPT = "&lt;script src='//cdn.example/a.js'>&lt;/script>&lt;/head>"
CRAWLER = '<add input="{HTTP_USER_AGENT}" pattern="Googlebot|Baiduspider" />'
RULES, OUTBOUND, GLOBAL = f"{IIS}/rewrite/rules", f"{IIS}/rewrite/outboundRules", f"{IIS}/rewrite/globalRules"
TEMP = r"C:\Windows\Temp\x.dll"
NEW_RELIC = "{71DA0A04-7777-4EC6-9643-7D28B46A8A41}"
NEW_RELIC_FILE = r"C:\Program Files\New Relic\.NET Agent\netframework\NewRelic.Profiler.dll"
UNKNOWN = "{11111111-2222-3333-4444-555555555555}"


def bound(*pairs: tuple[str, str]) -> str:
    return "".join(variable(*pair) for pair in pairs)


def asp_net_core(program: str, arguments: str = "", inner: str = "") -> str:
    return f'<aspNetCore processPath="{program}" arguments="{arguments}">{inner}</aspNetCore>'


def manager(path: str) -> Change:
    return inside(path, "runtime", '<appDomainManagerAssembly value="Cache" /><appDomainManagerType value="X" />')


PROCESSES = [
    *(
        plant(21, f"manager in {path.rpartition('/')[2]} of {path.split('/')[-2]}", "WSH4023", manager(path))
        for path in (
            f"{FRAMEWORK}/Aspnet.config",
            FOLDER,
            OWA,
            MACHINE,
            "C/Windows/System32/inetsrv/w3wp.exe.config",
            f"{EXCHANGE}/Bin/GenericAppPoolConfigWithGCServerEnabledFalse.config",
            f"{EXCHANGE}/Bin/EdgeTransport.exe.config",
            "C/Windows/System32/mmc.exe.config",
        )
    ),
    plant(22, "profiler in Temp", "WSH4023", inside(SERVER, ENVIRONMENT, variable("COR_PROFILER_PATH", TEMP))),
    plant(
        22,
        "profiler in System32",
        "WSH4023",
        inside(SERVER, ENVIRONMENT, variable("COR_PROFILER_PATH_64", r"C:\Windows\System32\x.dll")),
    ),
    plant(
        22,
        "profiler by its class",
        "WSH4023",
        inside(SERVER, ENVIRONMENT, bound(("COR_ENABLE_PROFILING", "1"), ("COR_PROFILER", UNKNOWN))),
    ),
    plant(
        22,
        "profiler of a known class elsewhere",
        "WSH4023",
        inside(SERVER, ENVIRONMENT, bound(("COR_PROFILER", NEW_RELIC), ("COR_PROFILER_PATH", TEMP))),
    ),
    plant(
        22,
        "profiler of .NET Core in pools",
        "WSH4023",
        inside(SERVER, ENVIRONMENT, variable("CORECLR_PROFILER_PATH", TEMP)),
    ),
    plant(
        22,
        "profiler of one pool",
        "WSH4023",
        inside(SERVER, *pool("", f"<environmentVariables>{variable('COR_PROFILER', UNKNOWN)}</environmentVariables>")),
    ),
    honest(
        22,
        "New Relic in pools",
        inside(
            SERVER,
            ENVIRONMENT,
            bound(
                ("COR_ENABLE_PROFILING", "1"),
                ("COR_PROFILER", NEW_RELIC),
                ("COR_PROFILER_PATH", NEW_RELIC_FILE),
                ("NEWRELIC_HOME", r"C:\ProgramData\New Relic\.NET Agent"),
            ),
        ),
    ),
    honest(
        22,
        "Datadog in pools",
        inside(
            SERVER,
            ENVIRONMENT,
            bound(
                ("COR_PROFILER", "{846F5F1C-F9AE-4B07-969E-05C26BC060D8}"),
                (
                    "COR_PROFILER_PATH",
                    r"C:\Program Files\Datadog\.NET Tracer\win-x64\Datadog.Trace.ClrProfiler.Native.dll",
                ),
            ),
        ),
    ),
    honest(
        22,
        "an unknown agent",
        inside(
            SERVER,
            ENVIRONMENT,
            bound(("COR_PROFILER", UNKNOWN), ("COR_PROFILER_PATH", r"C:\Program Files\Vendor\Agent\Profiler.dll")),
        ),
        most=Disposition.UNEXPLAINED,
    ),
    honest(
        22,
        "other variables",
        inside(SERVER, ENVIRONMENT, bound(("ASPNETCORE_ENVIRONMENT", "Production"), ("COR_ENABLE_PROFILING", "0"))),
    ),
    plant(
        20,
        "startup hook",
        "WSH4023",
        inside(
            FOLDER,
            IIS,
            asp_net_core(
                "dotnet",
                "x.dll",
                f'<environmentVariables><environmentVariable name="DOTNET_STARTUP_HOOKS" value="{TEMP}" /></environmentVariables>',
            ),
        ),
    ),
    plant(
        20,
        "startup hook of pools",
        "WSH4023",
        inside(SERVER, ENVIRONMENT, variable("DOTNET_STARTUP_HOOKS", r"C:\inetpub\x.dll")),
    ),
    plant(
        20,
        "hosting startup",
        "WSH4023",
        inside(
            FOLDER,
            IIS,
            asp_net_core(
                "dotnet",
                "x.dll",
                '<environmentVariables><environmentVariable name="ASPNETCORE_HOSTINGSTARTUPASSEMBLIES" value="Web.Cache" /></environmentVariables>',
            ),
        ),
    ),
    honest(
        20,
        "hosting startup of Application Insights",
        inside(
            SERVER,
            ENVIRONMENT,
            variable("ASPNETCORE_HOSTINGSTARTUPASSEMBLIES", "Microsoft.AspNetCore.ApplicationInsights.HostingStartup"),
        ),
    ),
    plant(
        21,
        "manager by variables",
        "WSH4023",
        inside(SERVER, ENVIRONMENT, bound(("APPDOMAIN_MANAGER_ASM", "Cache"), ("APPDOMAIN_MANAGER_TYPE", "X"))),
    ),
    plant(23, "configuration of .NET", "WSH4023", inside(SERVER, *pool(r'CLRConfigFile="C:\inetpub\x.config"'))),
    plant(
        23,
        "configuration of .NET in Temp",
        "WSH4023",
        inside(SERVER, *pool(r'CLRConfigFile="C:\Windows\Temp\x.config"')),
    ),
    plant(23, "loader", "WSH4023", inside(SERVER, *pool('managedRuntimeLoader="cache.dll"'))),
    honest(23, "stock loader", inside(SERVER, *pool('managedRuntimeLoader="webengine4.dll"'))),
    honest(
        23,
        "configuration of Exchange",
        inside(
            SERVER,
            *pool(
                rf'CLRConfigFile="{EXCHANGE.replace("C/", "C:/").replace("/", chr(92))}\bin\MSExchangeMapiMailboxAppPool_CLRConfig.config"'
            ),
        ),
    ),
]

PROGRAMS = [
    *(
        plant(19, f"{program} in {place}", "WSH4024", inside(path, IIS, asp_net_core(program, arguments)))
        for place, path in (("owa", OWA), ("a folder", FOLDER))
        for program, arguments in (
            ("cmd.exe", "/c x"),
            ("powershell", "-File x.ps1"),
            (r"C:\Users\Public\x.exe", ""),
            (r"%SystemRoot%\System32\mshta.exe", "x.hta"),
            (r"C:\Windows\System32\svcupd.exe", ""),
        )
    ),
    plant(19, "own program in owa", "WSH4024", inside(OWA, IIS, asp_net_core(r".\x.exe"))),
    plant(19, "httpPlatform", "WSH4024", inside(FOLDER, IIS, r'<httpPlatform processPath="C:\PerfLogs\x.exe" />')),
    honest(19, "dotnet", inside(FOLDER, IIS, asp_net_core("dotnet", r".\Shop.dll"))),
    honest(19, "own program", inside(FOLDER, IIS, asp_net_core(r".\Shop.exe"))),
    honest(19, "own program by its path", inside(FOLDER, IIS, asp_net_core(r"C:\inetpub\wwwroot\help\Shop.exe"))),
    honest(
        19,
        "java",
        inside(FOLDER, IIS, r'<httpPlatform processPath="%JAVA_HOME%\bin\java.exe" arguments="-jar app.jar" />'),
    ),
    plant(
        31,
        "ISAPI extension",
        "WSH4024",
        inside(
            SERVER,
            f"{IIS}/handlers",
            r'<add name="x" path="*.do" verb="*" modules="IsapiModule" scriptProcessor="C:\Windows\System32\mail.dll" />',
        ),
    ),
    plant(
        31,
        "ISAPI extension at owa",
        "WSH4024",
        inside(
            SERVER,
            f"{IIS}/handlers",
            r'<add name="x" path="*.do" verb="*" modules="IsapiModule" scriptProcessor="C:\Program Files\x\mail.dll" />',
            location=OWA_LOCATION,
        ),
    ),
    plant(
        19,
        "CGI",
        "WSH4024",
        inside(
            FOLDER,
            f"{IIS}/handlers",
            r'<add name="x" path="*.do" verb="*" modules="CgiModule" scriptProcessor="C:\Windows\System32\cmd.exe" />',
        ),
    ),
    plant(
        19,
        "FastCGI",
        "WSH4024",
        inside(
            SERVER,
            f"{IIS}/fastCgi",
            r'<application fullPath="C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe" arguments="-x" />',
        ),
    ),
    honest(
        19,
        "PHP",
        inside(
            SERVER, f"{IIS}/fastCgi", r'<application fullPath="C:\Program Files\PHP\v8.2\php-cgi.exe" arguments="" />'
        ),
    ),
    honest(
        19,
        "PHP handler",
        inside(
            SERVER,
            f"{IIS}/handlers",
            r'<add name="PHP" path="*.php" verb="*" modules="FastCgiModule" scriptProcessor="C:\Program Files\PHP\v8.2\php-cgi.exe" />',
            location="Default Web Site/shop",
        ),
    ),
    plant(
        19,
        "after failures",
        "WSH4024",
        inside(
            SERVER, *pool("", r'<failure autoShutdownExe="C:\Windows\System32\cmd.exe" autoShutdownParams="/c x" />')
        ),
    ),
    plant(
        31,
        "allowed program",
        "WSH4024",
        inside(
            SERVER, f"{IIS}/security/isapiCgiRestriction", r'<add path="C:\Windows\System32\mail.dll" allowed="true" />'
        ),
    ),
    plant(
        31,
        "compression",
        "WSH4024",
        inside(SERVER, f"{IIS}/httpCompression", r'<scheme name="br" dll="C:\Windows\System32\br.dll" />'),
    ),
    honest(
        31,
        "IIS Compression",
        inside(
            SERVER,
            f"{IIS}/httpCompression",
            r'<scheme name="br" dll="%ProgramFiles%\IIS\IIS Compression\iisbrotli.dll" />',
        ),
    ),
    plant(
        24,
        "codeBase",
        "WSH4008",
        inside(
            OWA,
            "runtime/assemblyBinding/dependentAssembly",
            '<codeBase version="1.0.0.0" href="http://host.example/x.dll" />',
        ),
    ),
    plant(
        24,
        "linked configuration",
        "WSH4008",
        inside(OWA, "assemblyBinding", r'<linkedConfiguration href="file://C:\Users\Public\x.config" />'),
    ),
    plant(
        24,
        "settings of a share",
        "WSH4008",
        inside(FOLDER, "system.x", "<x />"),
        inside(FOLDER, "appSettings", ""),
        added(FOLDER, r'<configuration><appSettings file="\\10.0.0.9\x\a.config" /></configuration>'),
    ),
]

RESPONSES = [
    *(
        plant(16, f"script in {place}", "WSH4025", change)
        for place, change in (
            ("owa", inside(OWA, OUTBOUND, outbound(SCRIPT))),
            ("the site", inside(f"{SITE}/web.config", OUTBOUND, outbound(SCRIPT))),
            ("a folder", inside(FOLDER, OUTBOUND, outbound(SCRIPT))),
            ("the server", inside(SERVER, OUTBOUND, outbound(SCRIPT))),
            ("owa by a location", inside(SERVER, OUTBOUND, outbound(SCRIPT), location=OWA_LOCATION)),
        )
    ),
    plant(16, "form", "WSH4025", inside(OWA, OUTBOUND, outbound("&lt;form action='/x'>"))),
    plant(16, "iframe", "WSH4025", inside(OWA, OUTBOUND, outbound("&lt;iframe src='//x.example'>"))),
    plant(
        16,
        "text of a map",
        "WSH4025",
        inside(OWA, f"{IIS}/rewrite/rewriteMaps/rewriteMap", f'<add key="x" value="{SCRIPT}" />'),
    ),
    honest(
        16,
        "statistics",
        inside(
            FOLDER,
            OUTBOUND,
            outbound("&lt;script src='https://www.googletagmanager.com/gtag/js'>&lt;/script>&lt;/head>"),
        ),
    ),
    honest(
        16,
        "header removed",
        inside(
            OWA,
            OUTBOUND,
            '<rule name="x"><match serverVariable="RESPONSE_SERVER" pattern=".*" /><action type="Rewrite" value="" /></rule>',
        ),
    ),
    honest(
        16,
        "cookies for one site",
        inside(
            OWA,
            OUTBOUND,
            '<rule name="x"><match serverVariable="RESPONSE_Set_Cookie" pattern="(.*)" /><action type="Rewrite" value="{R:1}; SameSite=None" /></rule>',
        ),
    ),
    plant(
        18,
        "policy for a host",
        "WSH4025",
        inside(
            OWA,
            f"{IIS}/httpProtocol/customHeaders",
            '<add name="Content-Security-Policy" value="script-src \'self\' https://cdn.example" />',
        ),
    ),
    plant(
        18,
        "policy for any host",
        "WSH4025",
        inside(
            SERVER,
            f"{IIS}/httpProtocol/customHeaders",
            '<add name="Content-Security-Policy" value="default-src * \'unsafe-inline\'" />',
            location=OWA_LOCATION,
        ),
    ),
    honest(
        18,
        "strict policy",
        inside(
            OWA,
            f"{IIS}/httpProtocol/customHeaders",
            "<add name=\"Content-Security-Policy\" value=\"default-src 'self'; script-src 'self' 'unsafe-inline'\" />",
        ),
    ),
    honest(
        18,
        "security headers",
        inside(
            OWA,
            f"{IIS}/httpProtocol/customHeaders",
            '<add name="Strict-Transport-Security" value="max-age=31536000" /><add name="X-Frame-Options" value="SAMEORIGIN" />',
        ),
    ),
    plant(
        18,
        "redirection",
        "WSH4025",
        inside(OWA, IIS, '<httpRedirect enabled="true" destination="https://mail.example/x" />'),
    ),
    plant(
        18,
        "redirection by a location",
        "WSH4025",
        inside(
            SERVER, IIS, '<httpRedirect enabled="true" destination="https://mail.example/" />', location=OWA_LOCATION
        ),
    ),
    honest(
        18,
        "redirection to OWA",
        inside(f"{SITE}/web.config", IIS, '<httpRedirect enabled="true" destination="https://mail.contoso.com/owa" />'),
    ),
    honest(
        18,
        "redirection of a site",
        inside(FOLDER, IIS, '<httpRedirect enabled="true" destination="https://www.contoso.com/" />'),
    ),
]

REQUESTS = [
    *(
        plant(17, f"{name} in {place}", "WSH4026", inside(path, section, rewritten(url)))
        for place, path, section in (
            ("owa", OWA, RULES),
            ("the site", f"{SITE}/web.config", RULES),
            ("the server", SERVER, GLOBAL),
        )
        for name, url in (
            ("loopback", "http://127.0.0.1:8443/{R:1}"),
            ("localhost", "https://localhost:9000/{R:0}"),
            ("public address", "http://45.32.1.9/{R:1}"),
        )
    ),
    plant(17, "another host in owa", "WSH4026", inside(OWA, RULES, rewritten("https://mail.example/{R:1}"))),
    plant(17, "another page in owa", "WSH4026", inside(OWA, RULES, rewritten("/owa/auth/x.aspx"))),
    plant(
        17,
        "crawlers",
        "WSH4026",
        inside(FOLDER, RULES, rule('<action type="Rewrite" url="http://shop.example/{R:1}" />', CRAWLER)),
    ),
    plant(
        17,
        "search engines",
        "WSH4026",
        inside(
            FOLDER,
            RULES,
            rule(
                '<action type="Redirect" url="https://shop.example/" />',
                '<add input="{HTTP_REFERER}" pattern="google|bing" />',
            ),
        ),
    ),
    plant(17, "farm", "WSH4026", inside(SERVER, "webFarms/webFarm", '<server address="127.0.0.1" enabled="true" />')),
    plant(
        17,
        "farm of a public address",
        "WSH4026",
        inside(SERVER, "webFarms/webFarm", '<server address="45.32.1.9" enabled="true" />'),
    ),
    honest(
        17,
        "farm of names",
        inside(SERVER, "webFarms/webFarm", '<server address="exch01.contoso.local" enabled="true" />'),
        inside(SERVER, GLOBAL, rewritten("https://MailFarm/{R:0}")),
    ),
    honest(17, "application behind IIS", inside(FOLDER, RULES, rewritten("http://localhost:3000/{R:1}"))),
    plant(17, "to a public address", "WSH4026", inside(FOLDER, RULES, rewritten("http://198.51.100.7:8080/{R:1}"))),
    honest(17, "to a farm by its address", inside(FOLDER, RULES, rewritten("http://10.1.2.3:8080/{R:1}"))),
    plant(
        17,
        "an address of OWA for the whole server",
        "WSH4026",
        inside(SERVER, GLOBAL, rewritten("http://10.1.2.3:4444/{R:1}").replace("(.*)", "^owa/x")),
    ),
    plant(
        18,
        "OWA to another OWA",
        "WSH4025",
        inside(
            SERVER,
            "system.webServer",
            '<httpRedirect enabled="true" destination="https://owa.example.net/owa" />',
            location="Default Web Site/owa",
        ),
    ),
    plant(
        27,
        "remoting in aspnet_client",
        "WSH4029",
        inside(
            f"{SITE}/aspnet_client/web.config",
            "system.runtime.remoting/application/channels/channel/serverProviders",
            '<formatter ref="binary" typeFilterLevel="Full" />',
        ),
    ),
    honest(17, "to TLS", inside(f"{SITE}/web.config", RULES, rewritten("https://{HTTP_HOST}/{R:1}", "Redirect"))),
    honest(17, "to OWA", inside(f"{SITE}/web.config", RULES, rewritten("/owa", "Redirect"))),
    honest(17, "robots refused", inside(OWA, RULES, rule('<action type="AbortRequest" />', CRAWLER))),
    honest(
        17,
        "pages for crawlers",
        inside(
            FOLDER,
            RULES,
            rule(
                '<action type="Rewrite" url="https://service.prerender.io/https://{HTTP_HOST}{REQUEST_URI}" />', CRAWLER
            ),
        ),
    ),
    honest(17, "one entry page", inside(FOLDER, RULES, rewritten("index.php"))),
]

EVERYONE = '<authorization><allow users="*" /></authorization>'
ANONYMOUS = f"{IIS}/security/authentication"


def located(path: str, page: str, body: str) -> Change:
    return inside(path, "location", body) if not page else added_location(path, page, body)


def added_location(path: str, page: str, body: str) -> Change:
    def change(files: dict[str, bytes]) -> None:
        text = files.get(path, b"<configuration></configuration>").decode("utf-8-sig")
        block = f'<location path="{page}">{body}</location></configuration>'
        files[path] = text.replace("</configuration>", block).encode()

    return change


def _in_back_end(binding: str) -> Change:
    def change(files: dict[str, bytes]) -> None:
        text = files[SERVER].decode("utf-8-sig")
        at = text.index("<bindings>", text.index('name="Exchange Back End"')) + len("<bindings>")
        files[SERVER] = f"{text[:at]}{binding}{text[at:]}".encode()

    return change


ACCESS = [
    plant(28, "page of owa", "WSH4027", located(OWA, "auth/x.aspx", f"<system.web>{EVERYONE}</system.web>")),
    plant(28, "page of ecp", "WSH4027", located(ECP_BACK, "Reports.aspx", f"<system.web>{EVERYONE}</system.web>")),
    plant(
        28,
        "page by IIS",
        "WSH4027",
        located(
            OWA,
            "x.aspx",
            '<system.webServer><security><authorization><add accessType="Allow" users="*" /></authorization></security></system.webServer>',
        ),
    ),
    honest(28, "page of a site", located(FOLDER, "login.aspx", f"<system.web>{EVERYONE}</system.web>")),
    honest(28, "stock page", located(ECP_BACK, "TimeoutLogout.aspx", f"<system.web>{EVERYONE}</system.web>")),
    plant(
        33,
        "account of visitors",
        "WSH4027",
        inside(
            SERVER,
            ANONYMOUS,
            r'<anonymousAuthentication enabled="true" userName="CONTOSO\svc" password="x" />',
            location=OWA_LOCATION,
        ),
    ),
    plant(
        33,
        "certificate",
        "WSH4027",
        inside(
            SERVER,
            f"{ANONYMOUS}/iisClientCertificateMappingAuthentication/oneToOneMappings",
            '<add enabled="true" userName="Administrator" password="x" certificate="x" />',
            location=OWA_LOCATION,
        ),
    ),
    plant(
        33,
        "certificates",
        "WSH4027",
        inside(
            SERVER,
            f"{ANONYMOUS}/iisClientCertificateMappingAuthentication/manyToOneMappings",
            '<add name="x" enabled="true" userName="Administrator" password="x" />',
        ),
    ),
    plant(
        33,
        "account of a pool of Exchange",
        "WSH4027",
        inside(SERVER, *pool("", r'<processModel identityType="SpecificUser" userName="CONTOSO\svc" password="x" />')),
    ),
    plant(
        33,
        "administrator of a pool",
        "WSH4027",
        inside(
            SERVER,
            POOLS,
            r'<add name="x"><processModel identityType="SpecificUser" userName="CONTOSO\Administrator" password="x" /></add>',
        ),
    ),
    honest(
        33,
        "service account",
        inside(
            SERVER,
            POOLS,
            r'<add name="Shop"><processModel identityType="SpecificUser" userName="CONTOSO\svc-shop" password="x" /></add>',
        ),
    ),
    plant(
        34,
        "anonymous PowerShell",
        "WSH4027",
        inside(
            SERVER, ANONYMOUS, '<anonymousAuthentication enabled="true" />', location="Exchange Back End/PowerShell"
        ),
    ),
    plant(34, "anonymous ecp", "WSH4027", inside(ECP_BACK, ANONYMOUS, '<anonymousAuthentication enabled="true" />')),
    honest(
        34,
        "anonymous ecp of setup",
        inside(SERVER, ANONYMOUS, '<anonymousAuthentication enabled="true" />', location="Exchange Back End/ecp"),
    ),
    honest(
        34, "anonymous site", inside(SERVER, ANONYMOUS, '<anonymousAuthentication enabled="true" />', location="Shop")
    ),
    plant(
        31,
        "every program",
        "WSH4027",
        inside(SERVER, IIS, "", location=""),
        added_location(
            SERVER,
            "",
            '<system.webServer><security><isapiCgiRestriction notListedCgisAllowed="true" /></security></system.webServer>',
        ),
    ),
    plant(
        32,
        "WebDAV for everyone",
        "WSH4027",
        inside(SERVER, f"{IIS}/webdav/authoringRules", '<add users="*" path="*" access="Read, Write, Source" />'),
    ),
    plant(
        32,
        "WebDAV in owa",
        "WSH4027",
        inside(SERVER, f"{IIS}/webdav", '<authoring enabled="true" />', location=OWA_LOCATION),
    ),
    plant(
        32,
        "FTP for everyone",
        "WSH4027",
        inside(
            SERVER,
            "system.ftpServer/security/authorization",
            '<add accessType="Allow" users="?" permissions="Read, Write" />',
            location="Default Web Site",
        ),
    ),
    honest(
        32,
        "FTP for one role",
        inside(
            SERVER,
            "system.ftpServer/security/authorization",
            '<add accessType="Allow" roles="Editors" permissions="Read, Write" />',
            location="Shop",
        ),
    ),
    plant(
        4,
        "exec in pages",
        "WSH4027",
        added_location(SERVER, "", '<system.webServer><serverSideInclude ssiExecDisable="false" /></system.webServer>'),
    ),
]

TRACES = [
    plant(36, "no history", "WSH4028", inside(SERVER, "system.applicationHost", '<configHistory enabled="false" />')),
    plant(
        36,
        "class of the log",
        "WSH4028",
        inside(SERVER, "system.applicationHost/sites/siteDefaults", f'<logFile customLogPluginClsid="{UNKNOWN}" />'),
    ),
    plant(
        53,
        "no addresses in the log",
        "WSH4028",
        inside(
            SERVER,
            "system.applicationHost/sites/siteDefaults",
            '<logFile logExtFileFlags="Date, Time, ClientIP, HttpStatus" />',
        ),
    ),
    honest(
        53,
        "no clients in the log",
        inside(
            SERVER,
            "system.applicationHost/sites/siteDefaults",
            '<logFile logExtFileFlags="Date, Time, Method, UriStem, UriQuery, UserAgent, HttpStatus, Referer, Host" />',
        ),
    ),
    plant(
        53,
        "log to ETW",
        "WSH4028",
        inside(SERVER, "system.applicationHost/sites/siteDefaults", '<logFile logTargetW3C="ETW" />'),
    ),
    plant(
        53,
        "events of .NET",
        "WSH4028",
        inside(f"{EXCHANGE}/Bin/EdgeTransport.exe.config", "runtime", '<etwEnable enabled="false" />'),
    ),
    plant(
        36,
        "shared configuration",
        "WSH4028",
        added(
            REDIRECTION,
            r'<configuration><configurationRedirection enabled="true" path="\\10.0.0.9\c" /></configuration>',
        ),
    ),
    plant(
        36,
        "configuration in Temp",
        "WSH4028",
        added(
            REDIRECTION,
            r'<configuration><configurationRedirection enabled="true" path="C:\Windows\Temp\c" /></configuration>',
        ),
    ),
    honest(
        36,
        "shared configuration by name",
        added(
            REDIRECTION,
            r'<configuration><configurationRedirection enabled="true" path="\\files\iis" /></configuration>',
        ),
        most=Disposition.UNEXPLAINED,
    ),
    honest(36, "own configuration", added(REDIRECTION, "<configuration><configurationRedirection /></configuration>")),
    plant(
        36,
        "module of IIS Manager",
        "WSH4022",
        added(
            ADMIN,
            '<configuration><moduleProviders><add name="x" type="Web.Admin, Web" /></moduleProviders></configuration>',
        ),
    ),
    honest(
        36,
        "modules of IIS Manager",
        added(
            ADMIN,
            '<configuration><moduleProviders><add name="Modules" type="Microsoft.Web.Management.Iis.Modules.ModulesModuleProvider, Microsoft.Web.Management.Iis, Version=10.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35" /></moduleProviders></configuration>',
        ),
    ),
    plant(
        36,
        "sign-in of IIS Manager",
        "WSH4022",
        added(
            ADMIN,
            '<configuration><system.webServer><management><authentication><providers><add name="x" type="Web.Admin, Web" /></providers></authentication></management></system.webServer></configuration>',
        ),
    ),
]

OPENED = [
    plant(27, "remoting in owa", "WSH4029", inside(OWA, CHANNEL, '<formatter ref="binary" typeFilterLevel="Full" />')),
    plant(
        27,
        "remoting for the machine",
        "WSH4029",
        inside(MACHINE, CHANNEL, '<provider ref="wsdl" typeFilterLevel="Full" />'),
        least=Disposition.UNEXPLAINED,
        why="applications have remoting of their own",
    ),
    honest(27, "remoting with a filter", inside(FOLDER, CHANNEL, '<formatter ref="binary" typeFilterLevel="Low" />')),
    plant(
        27,
        "pages of SharePoint",
        "WSH4029",
        inside(
            FOLDER,
            SAFE_MODE,
            '<PageParserPath VirtualPath="/*" CompilationMode="Always" AllowServerSideScript="true" />',
        ),
    ),
    plant(
        27,
        "data sets",
        "WSH4029",
        inside(
            OWA,
            "runtime",
            '<AppContextSwitchOverrides value="Switch.System.Data.AllowArbitraryDataSetTypeInstantiation=true" />',
        ),
    ),
    plant(
        38,
        "page at start",
        "WSH4030",
        inside(OWA, f"{IIS}/applicationInitialization", '<add initializationPage="/owa/auth/x.aspx" />'),
    ),
    plant(
        38,
        "hidden page at start",
        "WSH4030",
        inside(
            f"{SITE}/shop/web.config",
            f"{IIS}/applicationInitialization",
            '<add initializationPage="/aspnet_client/x.aspx" />',
        ),
    ),
    honest(
        38,
        "warm-up",
        inside(f"{SITE}/shop/web.config", f"{IIS}/applicationInitialization", '<add initializationPage="/warmup" />'),
    ),
]

NAMES = [
    plant(26, "module for the server", "WSH4010", inside(SERVER, *MODULE)),
    plant(26, "module in the root web.config", "WSH4010", inside(ROOT_WEB, *TYPES["classic module"])),
    plant(26, "module in the site", "WSH4010", inside(f"{SITE}/web.config", *MODULE)),
    plant(26, "module at the site", "WSH4010", inside(SERVER, *MODULE, location="Default Web Site")),
    plant(26, "module behind", "WSH4010", inside(SERVER, *MODULE, location="Exchange Back End/ecp")),
    plant(26, "handler behind", "WSH4010", inside(f"{BACK_END}/owa/web.config", *HANDLER)),
    plant(
        25,
        "start-up by OWIN",
        "WSH4010",
        inside(OWA, "appSettings", '<add key="owin:AppStartup" value="Web.Startup, Web" />'),
    ),
    plant(
        25,
        "preloaded type",
        "WSH4010",
        inside(SERVER, "system.applicationHost/serviceAutoStartProviders", '<add name="x" type="Web.Cache, Web" />'),
    ),
    plant(
        25,
        "borrowed name of a listener",
        "WSH4009",
        inside(OWA, "system.diagnostics/trace/listeners", '<add name="x" type="System.Diagnostics.Log, Cache" />'),
    ),
    plant(
        25,
        "borrowed name and token",
        "WSH4009",
        inside(
            OWA,
            f"{WEB}/membership/providers",
            '<add name="x" type="System.Web.Security.X, Cache, PublicKeyToken=b77a5c561934e089" />',
        ),
    ),
    honest(25, "signed product", inside(OWA, *SIGNED), most=Disposition.UNEXPLAINED),
    honest(
        25,
        "Entity Framework",
        inside(
            FOLDER,
            "configSections",
            '<section name="entityFramework" type="System.Data.Entity.Internal.ConfigFile.EntityFrameworkSection, EntityFramework, Version=6.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089" />',
        ),
    ),
    honest(
        25,
        "MySQL",
        inside(
            MACHINE,
            "system.data/DbProviderFactories",
            '<add name="MySQL" invariant="MySql.Data.MySqlClient" type="MySql.Data.MySqlClient.MySqlClientFactory, MySql.Data, Version=8.0.33.0, Culture=neutral, PublicKeyToken=c5687fc88969c44d" />',
        ),
    ),
    plant(
        29,
        "machine key of owa",
        "WSH4005",
        inside(
            OWA,
            WEB,
            f'<machineKey validationKey="{"AB12" * 16}" decryptionKey="{"CD34" * 12}" validation="SHA1" decryption="AES" />',
        ),
    ),
    honest(29, "automatic machine key", inside(OWA, WEB, '<machineKey validationKey="AutoGenerate,IsolateApps" />')),
]

MORE = [
    plant(
        27,
        "remoting in SharePoint",
        "WSH4029",
        inside(
            f"{SITE}/wss/VirtualDirectories/80/web.config", CHANNEL, '<formatter ref="binary" typeFilterLevel="Full" />'
        ),
    ),
    plant(
        25, "section of a text file", "WSH4022", inside(OWA, IIS, '<applicationInitialization configSource="x.txt" />')
    ),
    plant(
        25,
        "section of its own file",
        "WSH4010",
        added(f"{FRONT_END}/owa/extra.config", '<modules><add name="x" type="Web.Cache, Web" /></modules>'),
    ),
    plant(
        25,
        "encrypted section",
        "WSH4022",
        inside(OWA, WEB, '<httpModules configProtectionProvider="RsaProtectedConfigurationProvider" />'),
    ),
    plant(
        25,
        "assembly of pages",
        "WSH4010",
        inside(OWA, f"{WEB}/compilation/assemblies", '<add assembly="Web.Cache, Version=1.0.0.0" />'),
    ),
    plant(
        25,
        "protocol",
        "WSH4022",
        inside(ROOT_WEB, f"{WEB}/protocols", '<add name="x" processHandlerType="Web.Cache, Web" />'),
    ),
    plant(
        19,
        "failed request",
        "WSH4024",
        inside(
            FOLDER,
            f"{IIS}/tracing/traceFailedRequests",
            r'<add path="*" customActionExe="C:\Windows\System32\cmd.exe" customActionParams="/c x" />',
        ),
    ),
    plant(
        36,
        "listener adapter",
        "WSH4022",
        inside(SERVER, "system.applicationHost/listenerAdapters", '<add name="x" identity="S-1-5-18" />'),
    ),
    plant(
        18,
        "sign-in elsewhere",
        "WSH4025",
        inside(OWA, f"{WEB}/authentication", '<forms loginUrl="https://mail.example/x" />'),
    ),
    plant(
        26,
        "module of the location owa",
        "WSH4010",
        located(
            f"{SITE}/web.config",
            "owa",
            '<system.webServer><modules><add name="x" type="Web.Cache, Web" /></modules></system.webServer>',
        ),
    ),
    plant(
        32,
        "FTP for OWA's site",
        "WSH4027",
        inside(
            SERVER,
            "system.applicationHost/sites/site/bindings",
            '<binding protocol="ftp" bindingInformation="*:21:" />',
        ),
    ),
    plant(
        34,
        "address of the back end",
        "WSH4027",
        _in_back_end('<binding protocol="https" bindingInformation="*:8444:" />'),
    ),
    honest(34, "certificate of the back end", _in_back_end('<binding protocol="net.pipe" bindingInformation="*" />')),
    honest(
        25,
        "Oracle",
        inside(
            MACHINE,
            "system.data/DbProviderFactories",
            '<add name="ODP" invariant="Oracle.ManagedDataAccess.Client" type="Oracle.ManagedDataAccess.Client.OracleClientFactory, Oracle.ManagedDataAccess, Version=4.122.19.1, Culture=neutral, PublicKeyToken=89b483f429c47342" />',
        ),
    ),
]
HONEST = [
    honest(
        25,
        "preloaded type of a site",
        inside(
            SERVER, "system.applicationHost/serviceAutoStartProviders", '<add name="shop" type="Shop.Preload, Shop" />'
        ),
        inside(
            SERVER, "system.applicationHost/sites/site", '<application path="/shop" serviceAutoStartProvider="shop" />'
        ),
        most=Disposition.UNEXPLAINED,
    ),
    honest(
        18,
        "frames of an intranet",
        inside(
            OWA,
            f"{IIS}/httpProtocol/customHeaders",
            '<add name="Content-Security-Policy" value="frame-ancestors \'self\' https://intranet.contoso.com" />',
        ),
    ),
    honest(
        18,
        "portal of the site",
        inside(f"{SITE}/web.config", IIS, '<httpRedirect enabled="true" destination="https://portal.contoso.com/" />'),
        most=Disposition.UNEXPLAINED,
    ),
    honest(
        38,
        "OWA is warmed up",
        inside(OWA, f"{IIS}/applicationInitialization", '<add initializationPage="/owa/auth/logon.aspx" />'),
    ),
    honest(
        31,
        "printing",
        inside(
            SERVER,
            f"{IIS}/security/isapiCgiRestriction",
            r'<add path="%windir%\system32\msw3prt.dll" allowed="true" />',
        ),
    ),
    honest(
        20,
        "OpenTelemetry",
        inside(
            SERVER,
            ENVIRONMENT,
            bound(
                (
                    "DOTNET_STARTUP_HOOKS",
                    r"C:\Program Files\OpenTelemetry .NET AutoInstrumentation\net\OpenTelemetry.AutoInstrumentation.StartupHook.dll",
                ),
                ("ASPNETCORE_HOSTINGSTARTUPASSEMBLIES", "OpenTelemetry.AutoInstrumentation.AspNetCoreBootstrapper"),
            ),
        ),
    ),
]
DRIVERS = [
    honest(
        25,
        "SQLite",
        inside(
            MACHINE,
            "system.data/DbProviderFactories",
            '<add name="SQLite" invariant="System.Data.SQLite" type="System.Data.SQLite.SQLiteFactory, System.Data.SQLite, Version=1.0.118.0, Culture=neutral, PublicKeyToken=db937bc2d44ff139" />',
        ),
    ),
    honest(
        25,
        "AntiXSS",
        inside(
            FOLDER,
            WEB,
            '<httpRuntime encoderType="Microsoft.Security.Application.AntiXssEncoder, AntiXssLibrary, Version=4.3.0.0, Culture=neutral, PublicKeyToken=d127efab8a9c114f" />',
        ),
    ),
    honest(
        17,
        "maps of rules",
        inside(
            FOLDER,
            f"{IIS}/rewrite/providers",
            '<provider name="x" type="FileMapProvider, Microsoft.Web.Iis.Rewrite.Providers, Version=7.1.761.0, Culture=neutral, PublicKeyToken=0545b0627da60a5f" />',
        ),
    ),
]

PLANTS = [
    *HONEST,
    *MORE,
    *DRIVERS,
    *_types(),
    *PROCESSES,
    *PROGRAMS,
    *RESPONSES,
    *REQUESTS,
    *ACCESS,
    *TRACES,
    *OPENED,
    *NAMES,
]
