"""Exchange itself: transport agents inside and outside of its folders, the scripting agent, keys in served files."""

from __future__ import annotations

from typing import Final

from tests.persistence.plants import EXCHANGE, Change, Plant, added, honest, plant

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
    _product("DKIM Signer", "Exchange DkimSigner", "Exchange.DkimSigner.DkimSigningRoutingAgentFactory",
             "C:\\Program Files\\Exchange DkimSigner\\ExchangeDkimSigner.dll"),
)  # fmt: skip
