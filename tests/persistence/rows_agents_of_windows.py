"""What agents, printers and other roles of Windows write at the places of autostarts, and what stays odd there."""

from __future__ import annotations

from typing import Final

from tests.builders.hive import Typed
from tests.builders.tasks_of_hives import actions, task_cache
from tests.persistence.plants import Plant, added, honest, plant
from tests.persistence.rows_registry import NT, SVCHOST, WIN, program, service, software, system, value
from webshellhunt.model.verdict import Disposition

_APP_PATHS: Final = f"{WIN}\\App Paths"
_SCRIPTS: Final = f"{WIN}\\Group Policy\\Scripts\\Startup\\0\\0"
_MONITORS: Final = "Control\\Print\\Monitors"
_MANAGEMENT: Final = "Microsoft\\WebManagement\\Server"


def _honest_services() -> list[Plant]:
    rows = (
        ("VeeamGuestHelper", r"C:\Windows\VeeamVssSupport\VeeamGuestHelper.exe"),
        ("VeeamLogShipper", r"C:\Windows\VeeamLogShipper\VeeamLogShipper.exe"),
        ("CqMgStor", r"C:\Windows\system32\CpqMgmt\cqmgstor\cqmgstor.exe"),
    )
    hosted = (("NlaSvc", "netprofmsvc.dll"), ("vmicvss", "icsvcvss.dll"), ("KdsSvc", "kdssvc.dll"))
    return [
        *(honest(41, f"service {name}", service(name, image)) for name, image in rows),
        *(
            honest(41, f"service {name} of Server 2025", service(name, SVCHOST, rf"C:\Windows\System32\{dll}"))
            for name, dll in hosted
        ),
    ]


def _questions() -> list[Plant]:
    """Return what intruders and honest makers write alike: a question, no suspicion."""
    scanner = r"C:\Windows\AdminArsenal\PDQInventory-Scanner\service-1\PDQInventoryScanner.exe"
    rows = (
        ("print monitor of an unknown maker", value("SYSTEM", f"{_MONITORS}\\ACME", "Driver", "acmelm.dll")),
        (
            "print processor of an unknown maker",
            value("SYSTEM", "Control\\Print\\Environments\\Windows x64\\Print Processors\\A", "Driver", "acmepp.dll"),
        ),
        (
            "Group Policy extension of an agent",
            value("SOFTWARE", f"{NT}\\Winlogon\\GPExtensions\\{{2}}", "DllName", r"C:\Windows\System32\acmecse.dll"),
        ),
        ("PowerShell as a script of Group Policy", value("SOFTWARE", _SCRIPTS, "Script", "powershell.exe")),
        (
            "remote management with Web Deploy",
            software(
                {_MANAGEMENT: {"EnableRemoteManagement": 1}, r"Microsoft\IIS Extensions\MSDeploy\3": {"Version": "9"}}
            ),
        ),
        ("PDQ", service("PDQInventory-Scanner-1", scanner)),
    )
    defrag, own = "Microsoft\\Windows\\Defrag\\ScheduledDefrag", "Vendor\\Update"
    stock = actions(program(r"%windir%\system32\defrag.exe", "-c -h -k -g -$"))
    tasks = {**task_cache(defrag, stock), **task_cache(own, actions(program(r"C:\Program Files\V\u.exe")), id_="{2}")}
    held = added(f"C/Windows/System32/Tasks/{own}".replace("\\", "/"), "<Task />")
    left = added(f"C/Windows/System32/Tasks/{defrag}".replace("\\", "/"), "<Task />")
    mine = task_cache(own, actions(program(r"C:\Program Files\V\u.exe")))
    return [
        *(honest(45, name, change, most=Disposition.UNEXPLAINED) for name, change in rows),
        honest(42, "task of Windows without its file", software(tasks), held, most=Disposition.UNEXPLAINED),
        honest(42, "file of a task of Windows alone", software(mine), held, left, most=Disposition.UNEXPLAINED),
    ]


_BACK_END: Final = r"C:\Program Files\Microsoft\Exchange Server\V15\ClientAccess"
_RULE: Final = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=1993|App={}|Name=x|"
_RULES: Final = "Services\\SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules"

PLANTS: Final = [
    honest(
        45,
        "programs of Exchange in the folders of its web applications",
        system({_RULES: {"{1}": _RULE.format(rf"{_BACK_END}\PopImap\Microsoft.Exchange.Imap4Service.exe")}}),
        software(
            {"Classes\\CLSID\\{7}\\LocalServer32": {"": rf"{_BACK_END}\Owa\Bin\DocumentViewing\TranscodingService.exe"}}
        ),
    ),
    plant(
        45,
        "firewall rule of a program in a web application",
        "WSH4062",
        system({_RULES: {"{1}": _RULE.format(rf"{_BACK_END}\Owa\Bin\Microsoft.Exchange.Imap4Service.exe")}}),
    ),
    *_honest_services(),
    *_questions(),
    honest(
        45,
        "paths of applications of Windows",
        software(
            {
                f"{_APP_PATHS}\\PowerShell.exe": {
                    "": Typed(2, r"%SystemRoot%\system32\WindowsPowerShell\v1.0\PowerShell.exe")
                },
                f"{_APP_PATHS}\\pwsh.exe": {"": r"C:\Program Files\PowerShell\7\pwsh.exe"},
                f"{_APP_PATHS}\\cmmgr32.exe": {"": Typed(2, r"%SystemRoot%\System32\cmmgr32.exe")},
                f"{_APP_PATHS}\\dfshim.dll": {"": Typed(2, r"%SystemRoot%\System32\dfshim.dll")},
            }
        ),
    ),
    honest(
        45,
        "sign-in of Server 2025, of Configuration Manager and of BGInfo",
        software(
            {
                f"{WIN}\\Run": {
                    "AzureArcSetup": Typed(2, r"%windir%\AzureArcSetup\Systray\AzureArcSysTray.exe"),
                    "SCNotification": r'"C:\Windows\CCM\SCNotification.exe"',
                    "BGInfo": r"C:\Windows\Bginfo64.exe C:\Windows\a.bgi /timer:0 /nolicprompt",
                },
                f"{NT}\\Winlogon": {"Shell": "PowerShell.exe -noExit"},
                _SCRIPTS: {"Script": "startup.bat", "Parameters": ""},
            }
        ),
    ),
    honest(
        45,
        "network and printers of Server 2025",
        system(
            {
                "Services\\WinSock2\\Parameters\\NameSpace_Catalog5\\Catalog_Entries64\\000000000005": {
                    "LibraryPath": Typed(2, r"%SystemRoot%\System32\nlansp_c.dll")
                },
                f"{_MONITORS}\\PDFCreator": {"Driver": "pdfcmon.dll"},
                "Control\\SafeBoot\\Network\\CSFalconService": {"": "Service"},
            }
        ),
    ),
    plant(
        45,
        "path of an application at another",
        "WSH4057",
        value("SOFTWARE", f"{_APP_PATHS}\\mmc.exe", "", "cmd.exe /c x"),
    ),
    plant(
        45,
        "path of an application in the folder for temporary files",
        "WSH4057",
        value("SOFTWARE", f"{_APP_PATHS}\\mmc.exe", "", r"C:\Windows\Temp\mmc.exe"),
    ),
    plant(
        45,
        "PowerShell with arguments as a script of Group Policy",
        "WSH4056",
        value("SOFTWARE", _SCRIPTS, "Script", "powershell.exe -w hidden -c x"),
    ),
    plant(
        45,
        "telemetry by another program",
        "WSH4056",
        value("SOFTWARE", f"{NT}\\AppCompatFlags\\TelemetryController\\x", "Command", r"C:\Windows\System32\utcx.exe"),
    ),
    plant(
        45, "netsh helper with the name of netsh", "WSH4058", value("SOFTWARE", "Microsoft\\NetSh", "x", "netshx.dll")
    ),
    plant(
        39,
        "remote management without Web Deploy",
        "WSH4062",
        value("SOFTWARE", _MANAGEMENT, "EnableRemoteManagement", 1),
    ),
]
