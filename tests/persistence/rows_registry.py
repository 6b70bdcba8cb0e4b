"""Ways to stay that lie in hives alone, and what Windows, Exchange and products have at the same places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from tests.builders.hive import Typed, build_hive
from tests.builders.tasks_of_hives import actions, task_cache
from tests.persistence.plants import Change, Plant, added, honest, plant
from webshellhunt.model.verdict import Disposition

CONFIG: Final = "C/Windows/System32/config"
SYSTEM32: Final = "%SystemRoot%\\System32"
NT: Final = "Microsoft\\Windows NT\\CurrentVersion"
WIN: Final = "Microsoft\\Windows\\CurrentVersion"
SVCHOST: Final = f"{SYSTEM32}\\svchost.exe -k netsvcs"


def tree_of(paths: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tree of keys by their paths, each with its values."""
    tree: dict[str, Any] = {}
    for path, values in paths.items():
        at = tree
        for name in path.split("\\") if path else ():
            at = at.setdefault(name, {})
        at.update(values)
    return tree


def system(paths: Mapping[str, Any]) -> Change:
    """Return the change that adds a SYSTEM hive with keys of the second control set, which is the current one."""
    keys = {f"ControlSet002\\{path}": values for path, values in paths.items()}
    return added(f"{CONFIG}/SYSTEM", partial(build_hive, tree_of({"Select": {"Current": 2}, **keys})))


def software(paths: Mapping[str, Any]) -> Change:
    return added(f"{CONFIG}/SOFTWARE", partial(build_hive, tree_of(paths)))


def user(paths: Mapping[str, Any], *, file: str = "C/Users/Administrator/NTUSER.DAT") -> Change:
    return added(file, partial(build_hive, tree_of(paths)))


def service(name: str, image: str, library: str = "", *, kind: int = 16, **values: Any) -> Change:
    """Return the change that adds a SYSTEM hive with one service."""
    found: dict[str, Any] = {"Type": kind, "Start": 2, "ImagePath": Typed(2, image), **values}
    if library:
        found["Parameters"] = {"ServiceDll": Typed(2, library)}
    return system({f"Services\\{name}": found})


def value(hive: str, key: str, name: str, data: Any) -> Change:
    return {"SYSTEM": system, "SOFTWARE": software, "USER": user}[hive]({key: {name: data}})


def task(name: str, *made: bytes, **changes: Any) -> Change:
    """Return the change that adds a SOFTWARE hive with one task."""
    return software(task_cache(name, actions(*made), **changes))


def program(path: str, arguments: str = "") -> bytes:
    from tests.builders.tasks_of_hives import execute

    return execute(path, arguments)


def handler(clsid: str) -> bytes:
    from tests.builders.tasks_of_hives import com_handler

    return com_handler(clsid)


IFEO: Final = f"{NT}\\Image File Execution Options"
LSA: Final = "Control\\Lsa"
PROFILER: Final = "{AF0D4D91-7D2F-4F5E-9C5C-2B0E5E2C7A11}"
NEW_RELIC: Final = "{71DA0A04-7777-4EC6-9643-7D28B46A8A41}"
NGEN: Final = "{de434264-8fe9-4c0b-a83b-89ebeebff78e}"


def _proxies() -> list[Plant]:
    return [
        plant(
            44,
            f"port proxy v{a}tov{b}",
            "WSH4060",
            value("SYSTEM", f"Services\\PortProxy\\v{a}tov{b}\\tcp", "*/8443", "10.0.0.5/3389"),
        )
        for a in (4, 6)
        for b in (4, 6)
    ]


def _numbers() -> list[Plant]:
    rows = (
        (
            45,
            "view state without signature",
            "SOFTWARE",
            "Microsoft\\.NETFramework\\v4.0.30319",
            "AspNetEnforceViewStateMac",
            0,
            1,
            "WSH4063",
        ),
        (
            45,
            "view state without signature, 32 bit",
            "SOFTWARE",
            "Wow6432Node\\Microsoft\\.NETFramework\\v4.0.30319",
            "AspNetEnforceViewStateMac",
            0,
            1,
            "WSH4063",
        ),
        (
            45,
            "passwords in memory",
            "SYSTEM",
            "Control\\SecurityProviders\\WDigest",
            "UseLogonCredential",
            1,
            0,
            "WSH4063",
        ),
        (45, "restore mode account", "SYSTEM", LSA, "DsrmAdminLogonBehavior", 2, 0, "WSH4063"),
        (53, "HTTP error log off", "SYSTEM", "Services\\HTTP\\Parameters", "EnableErrorLogging", 0, 1, "WSH4063"),
        (
            53,
            "PowerShell event log off",
            "SOFTWARE",
            f"{WIN}\\WINEVT\\Channels\\Microsoft-Windows-PowerShell/Operational",
            "Enabled",
            0,
            1,
            "WSH4063",
        ),
        (
            39,
            "IIS remote management",
            "SOFTWARE",
            "Microsoft\\WebManagement\\Server",
            "EnableRemoteManagement",
            1,
            0,
            "WSH4062",
        ),
        (
            45,
            "shadow sessions",
            "SOFTWARE",
            "Policies\\Microsoft\\Windows NT\\Terminal Services",
            "Shadow",
            2,
            1,
            "WSH4062",
        ),
        (
            45,
            "remote desktop at 443",
            "SYSTEM",
            "Control\\Terminal Server\\WinStations\\RDP-Tcp",
            "PortNumber",
            443,
            3389,
            "WSH4062",
        ),
        (45, "hidden account", "SOFTWARE", f"{NT}\\Winlogon\\SpecialAccounts\\UserList", "svc_iis$", 0, 1, "WSH4062"),
        (45, "lsass dump at exit", "SOFTWARE", f"{NT}\\SilentProcessExit\\lsass.exe", "ReportingMode", 2, 0, "WSH4057"),
    )
    found: list[Plant] = []
    for row, name, hive, key, value_name, odd, usual, rule in rows:
        found.append(plant(row, name, rule, value(hive, key, value_name, odd)))
        found.append(honest(row, f"{name}: usual value", value(hive, key, value_name, usual)))
    return found


def _questions() -> list[Plant]:
    """Return settings that administrators make as well: a question, no suspicion."""
    policies = f"{WIN}\\Policies\\System"
    rows = (
        (
            45,
            "restricted admin mode",
            value("SYSTEM", LSA, "DisableRestrictedAdmin", 0),
            "WSH4063",
            "Remote Credential Guard",
        ),
        (
            45,
            "full rights over the network",
            value("SOFTWARE", policies, "LocalAccountTokenFilterPolicy", 1),
            "WSH4063",
            "WinRM sets it",
        ),
        (45, "global flag of w3wp", value("SOFTWARE", f"{IFEO}\\w3wp.exe", "GlobalFlag", 512), "WSH4057", "debugging"),
        (
            53,
            "mitigation service off",
            value("SYSTEM", "Services\\MSExchangeMitigation", "Start", 4),
            "WSH4063",
            "a choice",
        ),
        (
            41,
            "service in safe mode",
            system({"Control\\SafeBoot\\Network\\UpdSvc": {"": "Service"}}),
            "WSH4056",
            "antivirus does so",
        ),
        (
            40,
            "unknown address at 443",
            value("SYSTEM", "Services\\HTTP\\Parameters\\UrlAclInfo", "https://+:443/x/", b"\1"),
            "WSH4061",
            "web services outside of IIS",
        ),
        (
            41,
            "library of svchost under Program Files",
            service("U", SVCHOST, r"C:\Program Files\V\v.dll"),
            "WSH4052",
            "a few products do so",
        ),
    )
    return [
        plant(row, name, rule, change, least=Disposition.UNEXPLAINED, why=why) for row, name, change, rule, why in rows
    ]


def _values() -> list[Plant]:
    run = f"{WIN}\\Run"
    rows = (
        (45, "Run in the public folder", "SOFTWARE", run, "u", r"C:\Users\Public\u.exe", "WSH4056"),
        (45, "Run with PowerShell", "SOFTWARE", run, "u", "powershell.exe -w hidden -c start x", "WSH4056"),
        (45, "Run of a false svchost", "SOFTWARE", run, "u", r"C:\Program Files\Common Files\svchost.exe", "WSH4056"),
        (45, "Run in Windows", "SOFTWARE", run, "u", r"C:\Windows\System32\wmdtc.exe", "WSH4056"),
        (45, "Run of 32 bit", "SOFTWARE", f"Wow6432Node\\{run}", "u", r"C:\ProgramData\u\u.exe", "WSH4056"),
        (45, "RunOnce", "SOFTWARE", f"{WIN}\\RunOnce", "u", r"C:\PerfLogs\u.exe", "WSH4056"),
        (45, "RunServices", "SOFTWARE", f"{WIN}\\RunServices", "u", r"C:\Windows\Temp\u.exe", "WSH4056"),
        (45, "policies Run", "SOFTWARE", f"{WIN}\\Policies\\Explorer\\Run", "u", r"C:\Users\Public\u.exe", "WSH4056"),
        (45, "Run of an account", "USER", f"Software\\{run}", "u", r"C:\Users\Public\u.exe", "WSH4056"),
        (
            45,
            "Run in a profile",
            "USER",
            f"Software\\{run}",
            "u",
            r"C:\Users\Administrator\AppData\Roaming\u.exe",
            "WSH4056",
        ),
        (45, "logon script", "USER", "Environment", "UserInitMprLogonScript", r"C:\Scripts\a.cmd", "WSH4056"),
        (45, "screen saver", "USER", "Control Panel\\Desktop", "SCRNSAVE.EXE", r"C:\Windows\System32\x.scr", "WSH4056"),
        (45, "Winlogon Shell", "SOFTWARE", f"{NT}\\Winlogon", "Shell", r"explorer.exe, C:\Windows\sh.exe", "WSH4056"),
        (
            45,
            "Winlogon Userinit",
            "SOFTWARE",
            f"{NT}\\Winlogon",
            "Userinit",
            r"C:\Windows\system32\userinit.exe,C:\Program Files\A\a.exe,",
            "WSH4056",
        ),
        (
            45,
            "Active Setup",
            "SOFTWARE",
            "Microsoft\\Active Setup\\Installed Components\\{1}",
            "StubPath",
            r"C:\ProgramData\a.exe",
            "WSH4056",
        ),
        (
            45,
            "BootExecute",
            "SYSTEM",
            "Control\\Session Manager",
            "BootExecute",
            ("autocheck autochk *", "nativesvc"),
            "WSH4056",
        ),
        (45, "SetupExecute", "SYSTEM", "Control\\Session Manager", "SetupExecute", ("x",), "WSH4056"),
        (
            45,
            "Setup command",
            "SYSTEM",
            "Control\\BootVerificationProgram",
            "ImagePath",
            r"C:\Windows\a.exe",
            "WSH4056",
        ),
        (45, "AutoRun of cmd", "SOFTWARE", "Microsoft\\Command Processor", "AutoRun", r"C:\Tools\a.exe", "WSH4056"),
        (
            45,
            "program of remote sessions",
            "SYSTEM",
            "Control\\Terminal Server\\WinStations\\RDP-Tcp",
            "InitialProgram",
            r"C:\Windows\a.exe",
            "WSH4056",
        ),
        (45, "IFEO of sethc", "SOFTWARE", f"{IFEO}\\sethc.exe", "Debugger", r"C:\Windows\System32\cmd.exe", "WSH4057"),
        (45, "IFEO of utilman", "SOFTWARE", f"{IFEO}\\utilman.exe", "Debugger", "cmd.exe", "WSH4057"),
        (45, "IFEO of w3wp", "SOFTWARE", f"{IFEO}\\w3wp.exe", "Debugger", r"C:\Program Files\Dbg\d.exe", "WSH4057"),
        (45, "IFEO of 32 bit", "SOFTWARE", f"Wow6432Node\\{IFEO}\\osk.exe", "Debugger", "taskmgr.exe", "WSH4057"),
        (45, "verifier library of w3wp", "SOFTWARE", f"{IFEO}\\w3wp.exe", "VerifierDlls", "vrfx.dll", "WSH4057"),
        (
            45,
            "silent exit of w3wp",
            "SOFTWARE",
            f"{NT}\\SilentProcessExit\\w3wp.exe",
            "MonitorProcess",
            r"C:\Windows\System32\mon.exe",
            "WSH4057",
        ),
        (45, "AeDebug", "SOFTWARE", f"{NT}\\AeDebug", "Debugger", r"C:\Windows\System32\dbg.exe -p %ld", "WSH4057"),
        (
            45,
            "managed debugger",
            "SOFTWARE",
            "Microsoft\\.NETFramework",
            "DbgManagedDebugger",
            r"C:\ProgramData\d.exe",
            "WSH4057",
        ),
        (
            45,
            "handler of programs",
            "SOFTWARE",
            "Classes\\exefile\\shell\\open\\command",
            "",
            r'C:\Windows\x.exe "%1" %*',
            "WSH4057",
        ),
        (
            45,
            "AppCertDlls",
            "SYSTEM",
            "Control\\Session Manager\\AppCertDlls",
            "x",
            r"C:\Windows\System32\cert.dll",
            "WSH4058",
        ),
        (45, "AppInit", "SOFTWARE", f"{NT}\\Windows", "AppInit_DLLs", r"C:\Windows\System32\ai.dll", "WSH4058"),
        (45, "AppInit of 32 bit", "SOFTWARE", f"Wow6432Node\\{NT}\\Windows", "AppInit_DLLs", "ai.dll", "WSH4058"),
        (45, "notification package", "SYSTEM", LSA, "Notification Packages", ("scecli", "pwdflt"), "WSH4058"),
        (45, "security package", "SYSTEM", LSA, "Security Packages", ("kerberos", "mimilib"), "WSH4058"),
        (
            45,
            "security package of OSConfig",
            "SYSTEM",
            f"{LSA}\\OSConfig",
            "Security Packages",
            ("wsauth", "sspx"),
            "WSH4058",
        ),
        (45, "authentication package", "SYSTEM", LSA, "Authentication Packages", ("msv1_0", "authx"), "WSH4058"),
        (
            45,
            "security provider",
            "SYSTEM",
            "Control\\SecurityProviders",
            "SecurityProviders",
            "credssp.dll, spx.dll",
            "WSH4058",
        ),
        (
            45,
            "print monitor",
            "SYSTEM",
            "Control\\Print\\Monitors\\X",
            "Driver",
            r"C:\Windows\System32\monx.dll",
            "WSH4058",
        ),
        (
            45,
            "print processor",
            "SYSTEM",
            "Control\\Print\\Environments\\Windows x64\\Print Processors\\X",
            "Driver",
            r"C:\Windows\System32\ppx.dll",
            "WSH4058",
        ),
        (45, "print provider", "SYSTEM", "Control\\Print\\Providers\\X", "Name", "provx.dll", "WSH4058"),
        (45, "netsh helper", "SOFTWARE", "Microsoft\\NetSh", "x", r"C:\Windows\System32\nshx.dll", "WSH4058"),
        (
            45,
            "time provider",
            "SYSTEM",
            "Services\\W32Time\\TimeProviders\\X",
            "DllName",
            r"C:\Windows\System32\tpx.dll",
            "WSH4058",
        ),
        (
            45,
            "network provider",
            "SYSTEM",
            "Services\\npx\\NetworkProvider",
            "ProviderPath",
            r"%SystemRoot%\System32\npx.dll",
            "WSH4058",
        ),
        (45, "Winlogon notification", "SOFTWARE", f"{NT}\\Winlogon\\Notify\\x", "DLLName", "nx.dll", "WSH4058"),
        (
            45,
            "Group Policy extension",
            "SOFTWARE",
            f"{NT}\\Winlogon\\GPExtensions\\{{1}}",
            "DllName",
            r"C:\ProgramData\gpx.dll",
            "WSH4058",
        ),
        (
            45,
            "Winsock library",
            "SYSTEM",
            "Services\\WinSock2\\Parameters",
            "AutodialDLL",
            r"C:\Windows\System32\adx.dll",
            "WSH4058",
        ),
        (
            45,
            "MSDTC library",
            "SOFTWARE",
            "Microsoft\\MSDTC\\MTxOCI",
            "OracleOciLib",
            r"C:\ProgramData\oci.dll",
            "WSH4058",
        ),
        (45, "extension of lsass", "SYSTEM", "Services\\NTDS", "LsaDbExtPt", r"C:\Windows\System32\lx.dll", "WSH4058"),
    )
    return [plant(row, name, rule, value(hive, key, item, data)) for row, name, hive, key, item, data, rule in rows]


def _more_values() -> list[Plant]:
    """Return further places, and what is honest there."""
    catalogue = "Services\\WinSock2\\Parameters\\Protocol_Catalog9\\Catalog_Entries64\\000000000001"
    shell = f"{WIN}\\Explorer\\User Shell Folders"
    exclusions = "Microsoft\\Windows Defender\\Exclusions"
    rows = (
        (
            45,
            "Winsock catalogue",
            "SYSTEM",
            catalogue,
            "PackedCatalogItem",
            rb"C:\Windows\System32\lsp.dll" + bytes(40),
            "WSH4058",
        ),
        (
            45,
            "counters in ProgramData",
            "SYSTEM",
            "Services\\X\\Performance",
            "Library",
            r"C:\ProgramData\p.dll",
            "WSH4058",
        ),
        (
            45,
            "library of ASP.NET",
            "SOFTWARE",
            "Microsoft\\ASP.NET\\4.0.30319.0",
            "DllFullPath",
            r"C:\Windows\a.dll",
            "WSH4058",
        ),
        (45, "folder of .NET", "SOFTWARE", "Microsoft\\.NETFramework", "InstallRoot", "C:\\Net\\", "WSH4058"),
        (45, "startup folder", "USER", f"Software\\{shell}", "Startup", r"C:\Users\Public\s", "WSH4056"),
        (45, "common startup folder", "SOFTWARE", shell, "Common Startup", r"C:\Tools", "WSH4056"),
        (45, "path of an application", "SOFTWARE", f"{WIN}\\App Paths\\mmc.exe", "", r"C:\PerfLogs\mmc.exe", "WSH4057"),
        (53, "event log off", "SYSTEM", "Services\\EventLog", "Start", 4, "WSH4063"),
        (
            53,
            "session of the event log off",
            "SYSTEM",
            "Control\\WMI\\Autologger\\EventLog-Security",
            "Start",
            0,
            "WSH4063",
        ),
        (53, "event log moved", "SYSTEM", "Services\\EventLog\\Security", "File", r"C:\Windows\Temp\s.evtx", "WSH4063"),
        (55, "exclusion of pages", "SOFTWARE", f"{exclusions}\\Extensions", "aspx", 0, "WSH4063"),
        (55, "exclusion of the public folder", "SOFTWARE", f"{exclusions}\\Paths", r"C:\Users\Public", 0, "WSH4063"),
        (
            55,
            "exclusion of PowerShell",
            "SOFTWARE",
            f"Policies\\{exclusions}\\Processes",
            r"C:\Windows\System32\cmd.exe",
            0,
            "WSH4063",
        ),
    )
    usual = {
        catalogue: {"PackedCatalogItem": rb"%SystemRoot%\system32\mswsock.dll" + bytes(40)},
        "Services\\MSExchange ADAccess\\Performance": {
            "Library": r"C:\Program Files\Microsoft\Exchange Server\V15\Bin\p.dll"
        },
        "Services\\W3SVC\\Performance": {"Library": Typed(2, r"%windir%\system32\w3ctrs.dll")},
        "Services\\EventLog\\Security": {"File": Typed(2, r"%SystemRoot%\System32\winevt\Logs\Security.evtx")},
        "Services\\EventLog": {"Start": 2},
        "Control\\SafeBoot\\Minimal\\AppMgmt": {"": "Service"},
        "Control\\SafeBoot\\Minimal\\{4D36E967-E325-11CE-BFC1-08002BE10318}": {"": "DiskDrive"},
    }
    more = {
        f"{exclusions}\\Paths": {r"C:\Program Files\Microsoft\Exchange Server\V15\Mailbox": 0},
        "Microsoft\\.NETFramework": {"InstallRoot": "C:\\Windows\\Microsoft.NET\\Framework64\\"},
        "Microsoft\\ASP.NET\\4.0.30319.0": {
            "DllFullPath": r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\aspnet_isapi.dll"
        },
        shell: {"Common Startup": Typed(2, r"%ProgramData%\Microsoft\Windows\Start Menu\Programs\Startup")},
    }
    found = [plant(row, name, rule, value(hive, key, item, data)) for row, name, hive, key, item, data, rule in rows]
    return [
        *found,
        honest(45, "more stock values of SYSTEM", system(usual)),
        honest(45, "more stock values of SOFTWARE", software(more)),
    ]


def _services() -> list[Plant]:
    odd = (
        ("in ProgramData", r"C:\ProgramData\upd\svc.exe"),
        ("in the public folder", r"C:\Users\Public\svc.exe"),
        ("in Temp", r"C:\Windows\Temp\svc.exe"),
        ("in PerfLogs", r"C:\PerfLogs\svc.exe"),
        ("in a web directory", r"C:\inetpub\wwwroot\aspnet_client\svc.exe"),
        ("in inetsrv", r"C:\Windows\System32\inetsrv\iissvc.exe"),
        ("in a profile", r"C:\Users\svc\AppData\Roaming\svc.exe"),
        ("on a share", r"\\10.0.0.5\c$\svc.exe"),
        ("of cmd", r"%COMSPEC% /c start x"),
        ("of rundll32 in a profile", r"rundll32.exe C:\Users\a\x.dll,Start"),
        ("of PowerShell", r"powershell.exe -nop -w hidden -c x"),
        ("of rundll32", r"rundll32.exe C:\Windows\System32\x.dll,Start"),
        ("of a tunnel", r"C:\Tools\code.exe tunnel service internal-run"),
        ("at the top of the drive", r"C:\svc.exe"),
        ("of a false svchost", r"C:\Program Files\Update\svchost.exe"),
    )
    found = [plant(41, f"service {where}", "WSH4050", service("UpdSvc", image)) for where, image in odd]
    found += [
        plant(41, f"driver {where}", "WSH4050", service("drvx", image, kind=1))
        for where, image in (("in Temp", r"\??\C:\Windows\Temp\d.sys"), ("in ProgramData", r"\??\C:\ProgramData\d.sys"))
    ]
    foreign = (
        ("in System32", r"%SystemRoot%\System32\wmdtc.exe", ""),
        ("in SysWOW64", r"C:\Windows\SysWOW64\Wmdtc.exe", ""),
        ("in Windows", r"C:\Windows\updsvc.exe", ""),
        ("in a folder of Windows", r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\ngensvc.exe", ""),
        ("in Exchange", r"C:\Program Files\Microsoft\Exchange Server\V15\Bin\MSExchangeHealthMon.exe", ""),
        ("in Windows NT", r"C:\Program Files\Windows NT\svc.exe", ""),
        ("of svchost in System32", SVCHOST, r"%SystemRoot%\System32\msupd.dll"),
        ("of svchost elsewhere", SVCHOST, r"C:\Data\msupd.dll"),
    )
    found += [plant(41, f"service {where}", "WSH4052", service("UpdSvc", image, dll)) for where, image, dll in foreign]
    found.append(
        plant(41, "service of svchost in ProgramData", "WSH4050", service("U", SVCHOST, r"C:\ProgramData\u.dll"))
    )
    found += [
        plant(41, "Fax with another program", "WSH4051", service("Fax", r"C:\Windows\System32\fxsupd.exe")),
        plant(41, "BITS with another library", "WSH4051", service("BITS", SVCHOST, r"%SystemRoot%\System32\qmgrx.dll")),
        plant(
            41,
            "Exchange service with another program",
            "WSH4051",
            service("MSExchangeRPC", r"C:\Program Files\A\a.exe"),
        ),
        plant(
            41,
            "W3SVC starts a command when it fails",
            "WSH4051",
            service("W3SVC", SVCHOST, FailureCommand=r"C:\Windows\a.exe"),
        ),
        plant(
            41,
            "service starts an encoded command when it fails",
            "WSH4050",
            service("Vendor", r"C:\Program Files\V\v.exe", FailureCommand=r"C:\Users\Public\a.exe"),
        ),
        plant(
            41,
            "service hidden by its descriptor",
            "WSH4050",
            system(
                {
                    "Services\\X": {
                        "Type": 16,
                        "ImagePath": r"C:\Program Files\X\x.exe",
                        "Security": {"Security": HIDDEN},
                    }
                }
            ),
        ),
    ]
    return found


HIDDEN: Final = bytes.fromhex(
    "0100048000000000000000000000000014000000020024000100000001001c00ff010f0001020000000000052000000020020000"
)
"""A security descriptor that denies administrators everything."""


def _environments() -> list[Plant]:
    def of(name: str, *variables: str) -> Change:
        return service(name, SVCHOST, r"%windir%\system32\inetsrv\iisw3adm.dll", Environment=variables)

    machine = "Control\\Session Manager\\Environment"
    return [
        plant(
            22,
            "profiler of W3SVC",
            "WSH4053",
            of("W3SVC", "COR_ENABLE_PROFILING=1", f"COR_PROFILER={PROFILER}", r"COR_PROFILER_PATH=C:\Windows\p.dll"),
        ),
        plant(
            22,
            "profiler of WAS by its class",
            "WSH4053",
            of("WAS", "COR_ENABLE_PROFILING=1", f"COR_PROFILER={PROFILER}"),
        ),
        plant(
            22,
            "profiler of .NET Core",
            "WSH4053",
            of("WAS", "CORECLR_ENABLE_PROFILING=1", f"CORECLR_PROFILER={PROFILER}"),
        ),
        plant(
            22,
            "known class, other library",
            "WSH4053",
            of("W3SVC", f"COR_PROFILER={NEW_RELIC}", r"COR_PROFILER_PATH=C:\ProgramData\p.dll"),
        ),
        plant(20, "start-up hook", "WSH4053", of("W3SVC", r"DOTNET_STARTUP_HOOKS=C:\ProgramData\h.dll")),
        plant(20, "hosting start-up", "WSH4053", of("WAS", "ASPNETCORE_HOSTINGSTARTUPASSEMBLIES=Hook")),
        plant(
            21,
            "domain manager",
            "WSH4053",
            of("W3SVC", "APPDOMAIN_MANAGER_ASM=M, Version=1.0.0.0", "APPDOMAIN_MANAGER_TYPE=M.T"),
        ),
        plant(22, "profiler of the machine", "WSH4053", system({machine: {"COR_PROFILER": PROFILER}})),
        plant(
            22,
            "profiler of an account",
            "WSH4053",
            user({"Environment": {"COR_PROFILER": PROFILER, "COR_PROFILER_PATH": r"C:\Users\Public\p.dll"}}),
        ),
        plant(22, "windir of an account", "WSH4053", user({"Environment": {"windir": "cmd.exe /k x"}})),
        honest(
            22,
            "New Relic",
            of(
                "W3SVC",
                "COR_ENABLE_PROFILING=1",
                f"COR_PROFILER={NEW_RELIC}",
                r"COR_PROFILER_PATH=C:\Program Files\New Relic\.NET Agent\NewRelic.Profiler.dll",
                r"NEWRELIC_HOME=C:\ProgramData\New Relic\.NET Agent\\",
            ),
        ),
        honest(22, "New Relic by its class", of("WAS", "COR_ENABLE_PROFILING=1", f"COR_PROFILER={NEW_RELIC}")),
        honest(
            22,
            "usual variables",
            system(
                {
                    machine: {
                        "ComSpec": Typed(2, r"%SystemRoot%\system32\cmd.exe"),
                        "windir": Typed(2, "%SystemRoot%"),
                        "Path": Typed(2, r"%SystemRoot%\system32;C:\Program Files\dotnet"),
                        "PSModulePath": r"C:\Program Files\WindowsPowerShell\Modules",
                    }
                }
            ),
        ),
    ]


def _tasks() -> list[Plant]:
    own, stock = "Vendor\\Update", "Microsoft\\Windows\\Defrag\\ScheduledDefrag"
    good = program(r"C:\Program Files\Vendor\u.exe", "/check")
    xml = added(f"C/Windows/System32/Tasks/{own}".replace("\\", "/"), "<Task />")
    return [
        plant(42, "task without descriptor", "WSH4054", task(own, good, descriptor=False)),
        plant(
            42,
            "task of Windows without descriptor",
            "WSH4054",
            task(stock, program(r"%windir%\system32\defrag.exe", "-c -h -k -g -$"), descriptor=False),
        ),
        plant(42, "task with index 0", "WSH4054", task(own, good, index=0)),
        plant(42, "task outside of the tree", "WSH4054", task(own, good, listed=False)),
        plant(
            42,
            "task without a file",
            "WSH4054",
            software(
                {
                    **task_cache(own, actions(good)),
                    **task_cache("V\\B", actions(good), id_="{2}"),
                    **task_cache("V\\C", actions(good), id_="{3}"),
                }
            ),
            xml,
            added("C/Windows/System32/Tasks/V/B", "<Task />"),
        ),
        plant(
            42,
            "file without a task",
            "WSH4054",
            task(own, good),
            xml,
            added("C/Windows/System32/Tasks/Other", "<Task />"),
        ),
        plant(42, "task in the public folder", "WSH4055", task(own, program(r"C:\Users\Public\u.exe"))),
        plant(
            42, "task with an encoded command", "WSH4055", task(own, program("powershell.exe", "-enc " + "QQBB" * 12))
        ),
        plant(42, "task of Windows with another action", "WSH4055", task(stock, program(r"C:\ProgramData\d.exe"))),
        plant(
            42,
            "task in the name of Windows",
            "WSH4055",
            task("Microsoft\\Windows\\Upd\\Check", program("cmd.exe", "/c x")),
        ),
        plant(
            42,
            "COM handler",
            "WSH4055",
            task("Microsoft\\Windows\\Upd\\Com", handler("{0b1d3c3a-6a0f-4f1e-9a52-0f8b8b3f6f10}")),
        ),
        honest(42, "task of a product", task(own, good), xml),
        honest(42, "task of a product without its file", task(own, good)),
        honest(42, "stock task", task(stock, program(r"%windir%\system32\defrag.exe", "-c -h -k -g -$"))),
        honest(
            42,
            "script of an administrator",
            task(
                "Backup", program("powershell.exe", r"-NoProfile -ExecutionPolicy Bypass -File C:\Scripts\backup.ps1")
            ),
        ),
    ]


def _classes() -> list[Plant]:
    def of(clsid: str, server: str, kind: str = "InprocServer32", **values: Any) -> Change:
        return software({f"Classes\\CLSID\\{clsid}\\{kind}": {"": server, **values}})

    mine = "C/Users/Administrator/AppData/Local/Microsoft/Windows/UsrClass.dat"
    return [
        plant(15, "NGEN class in System32", "WSH4059", of(NGEN, r"C:\Windows\System32\ngentask.dll")),
        plant(15, "NGEN class in ProgramData", "WSH4059", of(NGEN, r"C:\ProgramData\n.dll")),
        plant(
            15,
            "NGEN class with a code base",
            "WSH4059",
            of(NGEN, "mscoree.dll", CodeBase="file:///C:/Users/Public/n.dll"),
        ),
        plant(
            15,
            "other NGEN class",
            "WSH4059",
            of("{429bc048-379e-45e0-80e4-eb1977941b5c}", r"C:\Windows\System32\n.dll"),
        ),
        plant(
            15,
            "NGEN class of 32 bit",
            "WSH4059",
            software({f"Classes\\Wow6432Node\\CLSID\\{NGEN}\\InprocServer32": {"": r"C:\Windows\SysWOW64\n.dll"}}),
        ),
        plant(
            15,
            "class of WMI",
            "WSH4059",
            of("{4590f811-1d3a-11d0-891f-00aa004b2e24}", r"C:\Windows\System32\wbem\wbemprox2.dll"),
        ),
        plant(
            15,
            "class of an account",
            "WSH4059",
            user({f"CLSID\\{NGEN}\\InprocServer32": {"": r"C:\Users\Administrator\AppData\Roaming\n.dll"}}, file=mine),
        ),
        plant(
            15,
            "class of an account in NTUSER",
            "WSH4059",
            user({"Software\\Classes\\CLSID\\{1}\\InprocServer32": {"": r"C:\Users\Public\n.dll"}}),
        ),
        plant(15, "TreatAs of an account", "WSH4059", user({f"CLSID\\{NGEN}\\TreatAs": {"": PROFILER}}, file=mine)),
        plant(15, "class by a script", "WSH4059", of("{1}", "https://x.example/a.sct", "ScriptletURL")),
        honest(15, "NGEN class", of(NGEN, "mscoree.dll", Assembly="NGenTask, Version=4.0.0.0")),
        honest(
            15,
            "OneDrive",
            user(
                {
                    "CLSID\\{1}\\InprocServer32": {
                        "": r"C:\Users\Administrator\AppData\Local\Microsoft\OneDrive\20.1\FileSyncShell64.dll"
                    }
                },
                file=mine,
            ),
        ),
        honest(15, "class of a product", of("{1}", r"C:\Program Files\Vendor\v.dll")),
    ]


def _addresses() -> list[Plant]:
    key = "Services\\HTTP\\Parameters\\UrlAclInfo"
    rows = (
        "https://*:443/ews/MsExgHealthCheckd/",
        "http://+:80/owa/auth/x/",
        "https://+:443/autodiscover/a/",
        "https://+:443/ecp/",
    )
    stock = (
        "http://+:5985/wsman/",
        "https://+:5986/wsman/",
        "http://+:47001/wsman/",
        "http://+:80/Temporary_Listen_Addresses/",
        "http://*:5357/",
        "http://+:80/116B50EB-ECE2-41ac-8429-9F9E963361B7/",
        "https://+:443/sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/",
        "http://+:80/ReportServer/",
    )
    firewall = "Services\\SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules"
    allow = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|App={}|Name=x|"
    return [
        *(plant(40, f"reserved {prefix}", "WSH4061", value("SYSTEM", key, prefix, b"\1\0\4\x80")) for prefix in rows),
        honest(40, "stock addresses", system({key: dict.fromkeys(stock, b"\1\0\4\x80")})),
        plant(45, "firewall rule", "WSH4062", value("SYSTEM", firewall, "{1}", allow.format(r"C:\Users\Public\n.exe"))),
        plant(
            45,
            "firewall rule of PowerShell",
            "WSH4062",
            value(
                "SYSTEM", firewall, "{1}", allow.format(r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe")
            ),
        ),
        honest(
            45,
            "firewall rule of a product",
            value("SYSTEM", firewall, "{1}", allow.format(r"C:\Program Files\Vendor\v.exe")),
        ),
    ]


def _honest_services() -> list[Plant]:
    exchange = r"C:\Program Files\Microsoft\Exchange Server\V15\Bin"
    rows: tuple[tuple[str, str, str], ...] = (
        ("W3SVC", f"{SYSTEM32}\\svchost.exe -k iissvcs", r"%windir%\system32\inetsrv\iisw3adm.dll"),
        ("IISADMIN", r"C:\Windows\system32\inetsrv\inetinfo.exe", ""),
        ("WMSVC", r"%windir%\system32\inetsrv\wmsvc.exe", ""),
        ("BITS", SVCHOST, r"%SystemRoot%\System32\qmgr.dll"),
        ("CDPUserSvc_1d05b", r"C:\Windows\system32\svchost.exe -k UnistackSvcGroup", ""),
        ("Spooler", r"%SystemRoot%\System32\spoolsv.exe", ""),
        ("WinDefend", r'"C:\ProgramData\Microsoft\Windows Defender\platform\4.18.2301.6-0\MsMpEng.exe"', ""),
        ("MSExchangeIS", f'"{exchange}\\Microsoft.Exchange.Store.Service.exe"', ""),
        ("MSExchangeHM", f'"{exchange}\\MSExchangeHMHost.exe"', ""),
        ("HostControllerService", f'"{exchange}\\Search\\Ceres\\HostController\\hostcontrollerservice.exe"', ""),
        ("FMS", r"C:\Program Files\Microsoft\Exchange Server\V15\FIP-FS\Bin\FMS.exe", ""),
        ("NetTcpPortSharing", r"%systemroot%\Microsoft.NET\Framework64\v4.0.30319\SMSvcHost.exe", ""),
        ("VMTools", r'"C:\Program Files\VMware\VMware Tools\vmtoolsd.exe"', ""),
        (
            "Zabbix Agent",
            r'"C:\Program Files\Zabbix Agent\zabbix_agentd.exe" --config "C:\Program Files\Zabbix Agent\a.conf"',
            "",
        ),
        ("InHouse", r"D:\Services\InHouse\svc.exe", ""),
        ("vm3dservice", r"%SystemRoot%\system32\vm3dservice.exe", ""),
    )
    found = [honest(41, f"service {name}", service(name, image, dll)) for name, image, dll in rows]
    found.append(honest(41, "driver", service("storahci", r"System32\drivers\storahci.sys", kind=1)))
    found.append(
        honest(
            41,
            "driver of a product",
            service("vmmemctl", r"\??\C:\Program Files\VMware\VMware Tools\Drivers\memctl\vmmemctl.sys", kind=1),
        )
    )
    found.append(
        honest(
            41,
            "failure command of Windows",
            service("MSiSCSI", SVCHOST, r"%systemroot%\system32\iscsiexe.dll", FailureCommand="customScript.cmd"),
        )
    )
    return found


def _honest_values() -> list[Plant]:
    return [
        honest(
            45,
            "stock values of SYSTEM",
            system(
                {
                    LSA: {
                        "Notification Packages": ("scecli",),
                        "Security Packages": ('""',),
                        "Authentication Packages": ("msv1_0",),
                        "RunAsPPL": 1,
                    },
                    f"{LSA}\\OSConfig": {
                        "Security Packages": ("kerberos", "msv1_0", "schannel", "wdigest", "tspkg", "pku2u")
                    },
                    "Control\\Print\\Monitors\\Local Port": {"Driver": "localspl.dll"},
                    "Control\\Print\\Monitors\\Standard TCP/IP Port": {"Driver": "tcpmon.dll"},
                    "Control\\Print\\Providers\\LanMan Print Services": {"Name": "win32spl.dll"},
                    "Control\\Session Manager": {"BootExecute": ("autocheck autochk *",), "ExcludeFromKnownDlls": ()},
                    "Control\\SecurityProviders": {"SecurityProviders": "credssp.dll"},
                    "Services\\W32Time\\TimeProviders\\NtpClient": {
                        "DllName": Typed(2, r"%systemroot%\system32\w32time.dll")
                    },
                    "Services\\LanmanWorkstation\\NetworkProvider": {
                        "ProviderPath": Typed(2, r"%SystemRoot%\System32\ntlanman.dll")
                    },
                    "Control\\Terminal Server\\WinStations\\RDP-Tcp": {"InitialProgram": "", "PortNumber": 3389},
                }
            ),
        ),
        honest(
            45,
            "stock values of SOFTWARE",
            software(
                {
                    f"{NT}\\Winlogon": {
                        "Shell": "explorer.exe",
                        "Userinit": r"C:\Windows\system32\userinit.exe,",
                        "VMApplet": "SystemPropertiesPerformance.exe /pagefile",
                    },
                    f"{NT}\\Windows": {"AppInit_DLLs": "", "LoadAppInit_DLLs": 0},
                    "Microsoft\\NetSh": {"2": "ifmon.dll", "4": "rasmontr.dll", "nshhttp": "nshhttp.dll"},
                    f"{WIN}\\Run": {
                        "SecurityHealth": Typed(2, r"%windir%\system32\SecurityHealthSystray.exe"),
                        "VMware User Process": r'"C:\Program Files\VMware\VMware Tools\vmtoolsd.exe" -n vmusr',
                    },
                    "Microsoft\\Active Setup\\Installed Components\\{A509B1A7-37EF-4b3f-8CFC-4F3A74704073}": {
                        "StubPath": Typed(
                            2, r'"C:\Windows\System32\rundll32.exe" "C:\Windows\System32\iesetup.dll",IEHardenAdmin'
                        )
                    },
                    f"{IFEO}\\w3wp.exe": {"UseLargePages": 0},
                    f"{NT}\\AeDebug": {"Auto": "0"},
                    "Classes\\exefile\\shell\\open\\command": {"": '"%1" %*'},
                }
            ),
        ),
        honest(
            45,
            "OneDrive of an account",
            user(
                {
                    f"Software\\{WIN}\\Run": {
                        "OneDrive": r'"C:\Users\Administrator\AppData\Local\Microsoft\OneDrive\OneDrive.exe"'
                    }
                }
            ),
        ),
        honest(
            50,
            "automatic machine key",
            software({r"Microsoft\ASP.NET\4.0.30319.0\AutoGenKeys\S-1-5-82-1": {"AutoGenKeyV4": b"\1" * 8}}),
        ),
    ]


_ROWS = [
    *_services(),
    *_honest_services(),
    *_environments(),
    *_tasks(),
    *_classes(),
    *_addresses(),
    *_proxies(),
    *_numbers(),
    *_questions(),
    *_values(),
    *_more_values(),
    *_honest_values(),
]
PLANTS = [replace(row, name=f"hive: {row.name}") for row in _ROWS]
