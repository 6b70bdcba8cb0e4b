"""Settings by which a configuration file makes a server run code, and honest settings of the same kind."""

from __future__ import annotations

from tests.persistence.plants import FRAMEWORK, OWA, SERVER, SITE, honest, inside, plant

PLANTS = [
    plant(
        25,
        "post processor in owa",
        "WSH4022",
        inside(OWA, "system.web", '<compilation assemblyPostProcessorType="Web.Cache, Web" />'),
    ),
    plant(
        25,
        "membership in owa",
        "WSH4010",
        inside(OWA, "system.web/membership/providers", '<add name="x" type="Web.Users, Web" />'),
    ),
    plant(
        21,
        "manager in Aspnet.config",
        "WSH4023",
        inside(f"{FRAMEWORK}/Aspnet.config", "runtime", '<appDomainManagerAssembly value="Cache" />'),
    ),
    plant(
        26,
        "handler under location",
        "WSH4010",
        inside(
            SERVER,
            "system.webServer/handlers",
            '<add name="x" path="x.do" verb="*" type="Web.Do, Web" />',
            location="Default Web Site/owa",
        ),
    ),
    plant(
        19,
        "aspNetCore",
        "WSH4024",
        inside(f"{SITE}/app/web.config", "system.webServer", '<aspNetCore processPath="cmd.exe" arguments="/c x" />'),
    ),
    honest(
        19,
        "aspNetCore own",
        inside(
            f"{SITE}/app/web.config", "system.webServer", '<aspNetCore processPath="dotnet" arguments=".\\app.dll" />'
        ),
    ),
    plant(
        22,
        "profiler",
        "WSH4023",
        inside(
            SERVER,
            "system.applicationHost/applicationPools/applicationPoolDefaults/environmentVariables",
            '<add name="COR_PROFILER_PATH" value="C:\\Windows\\System32\\cache.dll" />',
        ),
    ),
]
