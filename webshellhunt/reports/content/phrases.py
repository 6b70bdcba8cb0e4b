"""Short phrases: the claim of a rule about a file in few words, for tables and lists."""

import re
from typing import Final

from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Rule

UNKNOWN: Final = "unknown"

EXPLOITS: Final = frozenset({"WSH7001", "WSH7002"})
"""The rules about requests for an exploit."""

LONGEST: Final = 60
"""The longest phrase made of a title, in characters."""

PHRASES: Final = {
    "WSH1001": "executes request data as code",
    "WSH1002": "runs request data as a command",
    "WSH1003": "loads request data as code",
    "WSH1004": "uploader: writes request data to a file that the request names",
    "WSH1005": "downloader: stores a file of another server as a page",
    "WSH1006": "executes code hidden in a constant",
    "WSH1007": "has the functions of an administration tool",
    "WSH1008": "tunnel: connects to a host that the request names",
    "WSH1009": "password thief: sends typed passwords elsewhere",
    "WSH1010": "password thief: writes sign-in credentials to a file",
    "WSH1011": "file browser: sends any file that the request names",
    "WSH1012": "database console: runs statements of the request",
    "WSH1013": "proxy: fetches any address that the request names",
    "WSH1014": "tests where it can write",
    "WSH1016": "memory shell: registers code that answers without a file",
    "WSH1017": "writes out the machine keys",
    "WSH1018": "serves crawlers content of another server",
    "WSH1019": "a stylesheet with script that acts on the server",
    "WSH1020": "hidden way past the sign-in",
    "WSH1021": "walks the registry",
    "WSH1022": "writes out whole database tables",
    "WSH1023": "evaluates text in full trust",
    "WSH1025": "writes another web shell",
    "WSH1030": "starts a program",
    "WSH1032": "calls functions of Windows that it declares itself",
    "WSH1033": "makes code at run time",
    "WSH1034": "loads hidden code",
    "WSH1036": "decodes names and reflects on them",
    "WSH1037": "listens on a socket",
    "WSH1038": "makes accounts of Windows",
    "WSH1039": "lists the accounts or drives",
    "WSH1040": "writes the registry",
    "WSH1041": "reads kept credentials",
    "WSH1042": "sets its own file times",
    "WSH1043": "mailer: sends mail of the request",
    "WSH1044": "runs any database statement of the request",
    "WSH1045": "sends commands to an administration port",
    "WSH1046": "serves crawlers links to another server",
    "WSH1047": "password thief: sends a password to another server",
    "WSH1050": "executes request data as PHP",
    "WSH1051": "executes text that it decodes or fetches (PHP)",
    "WSH1052": "uploader: stores a file of the visitor (PHP)",
    "WSH1053": "has the functions of an intruder's toolkit (PHP)",
    "WSH1060": "loads a library from an odd place",
    "WSH1061": "serves pages from memory",
    "WSH2001": "saved settings of a virtual directory with a script",
    "WSH2002": "saved settings of a virtual directory, without a script",
    "WSH2003": "mailbox export or certificate request with server code",
    "WSH2004": "only creates an object of another file",
    "WSH2010": "source that Exchange never ships",
    "WSH2011": "support file that makes the server run code",
    "WSH2012": "component with a known vulnerability",
    "WSH2013": "SOAP message written as a page",
    "WSH2014": "loads a script from another host",
    "WSH3001": "code in an encoding that hides it",
    "WSH3002": "code behind the header of another file format",
    "WSH3003": "names written in escapes",
    "WSH3004": "a dangerous name that is hidden",
    "WSH3005": "code far behind blanks",
    "WSH4001": "a mapping makes the server execute it",
    "WSH4002": "maps static file types to code",
    "WSH4003": "makes the server read pages in a hiding encoding",
    "WSH4004": "uses a machine key that is public",
    "WSH4005": "contains a fixed machine key",
    "WSH4006": "switches off the protection of view state",
    "WSH4007": "a virtual directory leads to an odd folder",
    "WSH4008": "loads native code from an odd folder",
    "WSH4009": "registers a foreign type under a name of the framework",
    "WSH4010": "registers a foreign type in Exchange",
    "WSH4011": "switches request logging off",
    "WSH4012": "switches a check of requests off",
    "WSH4013": "rewrites requests to a page in an odd folder",
    "WSH4014": "moves the compiled pages",
    "WSH4015": "a new module, handler, filter or virtual directory",
    "WSH4016": "a registered module is missing",
    "WSH4017": "a transport agent that is not Exchange's",
    "WSH4018": "a scheduled task from an odd folder, or hidden",
    "WSH4019": "the PowerShell profile runs hidden code",
    "WSH4020": "loads a module that is not known from any product",
    "WSH4021": "a stock entry runs other code than setup configured",
    "WSH4022": "a rarely used setting loads a foreign type",
    "WSH4023": "code in each process of a pool or a program",
    "WSH4024": "starts a program of no known product",
    "WSH4025": "changes what visitors get",
    "WSH4026": "leads requests elsewhere",
    "WSH4027": "lets visitors in, or lets them write",
    "WSH4028": "hides traces, or leads them elsewhere",
    "WSH4029": "runs what visitors send as objects or code",
    "WSH4030": "a page is requested at each start",
    "WSH4050": "a service with an odd program",
    "WSH4051": "a known service with another program",
    "WSH4052": "an unknown service among the files of Windows",
    "WSH4053": "a variable loads code into programs of .NET",
    "WSH4055": "a task with an odd program, or a false name",
    "WSH4056": "runs with Windows or at each sign-in",
    "WSH4057": "runs instead of another program, or after it",
    "WSH4058": "a library loaded into processes of Windows",
    "WSH4061": "an address of mail is reserved for a program",
    "WSH4064": "a machine key that the server made",
    "WSH4080": "a scheduled task poses as one of Windows",
    "WSH4081": "a WMI event consumer runs a program",
    "WSH4082": "a download job of Windows runs a program",
    "WSH4084": "registers a WMI consumer that runs a program",
    "WSH4083": "Windows runs it at each start or sign-in",
    "WSH4090": "PowerShell that runs with each cmdlet of Exchange",
    "WSH4091": "machine keys in a file that anybody can fetch",
    "WSH5001": "compiled page that executes request data",
    "WSH5002": "page that ran, and is missing now",
    "WSH5003": "precompiled page without its source",
    "WSH5004": "assembly with the name of a compiled page, out of place",
    "WSH5014": "opens connections for a visitor, or at its start",
    "WSH5016": "an unsigned library in a folder of Exchange",
    "WSH5020": "a page ran where Exchange has none",
    "WSH5005": "native IIS library in an odd place, or with odd functions",
    "WSH5030": "takes requests beside IIS",
    "WSH5031": "answers crawlers of search engines in its own way",
    "WSH6001": "server code in a folder for static files",
    "WSH6002": "no page that Exchange ships",
    "WSH6003": "content known from an intrusion",
    "WSH6004": "name and place that intruders used",
    "WSH6005": "deceptive name",
    "WSH6006": "contradicting file times",
    "WSH6007": "Exchange file with foreign content",
    "WSH6008": "not in the list of shipped files",
    "WSH6021": "archive or mailbox where visitors can download it",
    "WSH6022": "memory dump of the process that keeps passwords",
    "WSH6023": "memory dump in a web directory",
    "WSH6031": "page that is gone, known from the file system",
    "WSH6032": "became a page by renaming",
    "WSH6033": "creation time was set back",
    "WSH6036": "page that is only in a shadow copy now",
    "WSH6037": "page that was not collected",
    "WSH6041": "page that antivirus removed",
    "WSH6042": "detected by antivirus, and still at its place",
    "WSH6046": "page that antivirus detected",
    "WSH7001": "exploit that succeeded",
    "WSH7002": "exploit that may have succeeded",
    "WSH7101": "requested, according to the logs",
    "WSH7102": "requested before it existed",
    "WSH7103": "page that answered, and has no file",
    "WSH7104": "page with the name of a known shell",
    "WSH7105": "page that no setup puts there",
    "WSH7106": "page requested by an attacker's tool",
    "WSH7201": "page planted by a cmdlet",
    "WSH7202": "rights granted by a cmdlet",
    "WSH7203": "mail led elsewhere by a cmdlet",
    "WSH7204": "mailboxes exported by a cmdlet",
    "WSH7205": "auditing switched off by a cmdlet",
    "WSH7206": "transport agent installed by a cmdlet",
    "WSH7207": "certificate exported or changed by a cmdlet",
    "WSH7208": "serialised object that a service refused",
    "WSH7209": "page that failed out of place",
    "WSH7211": "event log that was cleared",
    "WSH7212": "service with an odd program",
    "WSH7230": "task with an odd program",
    "WSH7231": "WMI consumer that runs a program",
    "WSH7234": "crash report with an odd library",
    "WSH7233": "trace of a request with an attack",
    "WSH7232": "commands that somebody typed in PowerShell",
    "WSH7213": "account made, or added to a powerful group",
    "WSH7214": "page written by a program other than setup",
    "WSH7215": "worker process started an interpreter",
    "WSH7217": "control panel reached by a forged header",
    "WSH7218": "tunnel through the server",
    "WSH7219": "connection of a worker process to the Internet",
    "WSH7221": "the protection of Exchange was weakened",
    "WSH7222": "the mitigation service reported an error",
    "WSH7223": "the scripting agent was switched on",
    "WSH7220": "code put into another program",
    "WSH7301": "forged view state, signed with a known key",
    "WSH7302": "view state with a gadget chain",
    "WSH7304": "contains a view state with a gadget chain",
    "WSH7401": "hole in a log",
    "WSH7403": "log that ends early",
    "WSH7501": "client that received far more than is usual",
    "WSH7502": "downloaded archive, mailbox, database or dump",
    "WSH7503": "large file downloaded under the name of a small one",
    "WSH9101": "decodes and loads request data as an assembly",
    "WSH9107": "evaluates text with the argument for full trust",
    "WSH9111": "passes input to a command interpreter",
    "WSH9112": "runs input by Windows Script Host",
    "WSH9116": "starts a request value as a program",
    "WSH9131": "back end of China Chopper",
    "WSH9132": "one-liner in JScript.NET",
    "WSH9133": "takes name and content of a file from the request",
    "WSH9201": "planted as with ProxyLogon",
    "WSH9202": "mailbox export with server code, as with ProxyShell",
    "WSH9203": "mailbox export that decodes to a script, as with ProxyShell",
    "WSH9204": "certificate request with server code, as with ProxyShell",
    "WSH9410": "NAPLISTENER: takes code from requests beside IIS",
    "WSH9411": "DoorMe: a module of IIS that obeys a cookie",
    "WSH9412": "HijackServer: a module of IIS that sells visitors",
    "WSH9413": "Rungan: takes commands from requests beside IIS",
    "WSH9414": "GhostContainer: takes commands from a header of OWA",
    "WSH9415": "a module of IIS from a family of intruders",
    "WSH9301": "passes input to a command interpreter",
    "WSH9306": "one-liner in classic ASP",
}
"""The phrases by the id of a rule; ``noun: phrase`` if the noun is another than that of its kind."""

_FIRST_PART: Final = re.compile(r"[^:;]+")


def phrase_of(finding: Finding, words: str = "") -> str:
    """Return the few words of a finding: these or its rule's, with the exploit, or what a cmdlet did."""
    words, facts = words or phrase(finding.rule), finding.facts
    if finding.rule.id == "WSH7201" and facts.get("refused"):
        return "attempt to plant a page by a cmdlet"
    if finding.rule.id == "WSH7201" and "script_in" in facts and "planted_path" not in facts:
        return f"script set in {facts['script_in']} by a cmdlet"
    return f"{words}: {facts['exploit_name']}" if finding.rule.id in EXPLOITS and "exploit_name" in facts else words


def phrase(rule: Rule) -> str:
    """Return the few words of a rule, without a noun: its own phrase, or the beginning of its title."""
    own = PHRASES.get(rule.id)
    if own is not None:
        return own.partition(": ")[2] or own
    return _of_title(rule.title) or rule.id


def phrase_with_noun(rule: Rule, noun: str, *, is_certain: bool = True) -> str:
    """Return the few words of a rule after the noun of its phrase, or after this one; the phrase alone without one."""
    own = PHRASES.get(rule.id, "")
    named, colon, _ = own.partition(": ")
    noun = named if colon else noun
    if not noun:
        return phrase(rule)
    return f"{'' if is_certain else 'possible '}{noun}: {phrase(rule)}"


def _of_title(title: str) -> str:
    """Return the beginning of a title, without a capital and without the rest of a long sentence."""
    found = _FIRST_PART.match(title.strip().removesuffix("."))
    words = found[0].strip() if found is not None else ""
    if words[:1].isupper() and not words[1:2].isupper():
        words = words[:1].lower() + words[1:]
    if len(words) <= LONGEST:
        return words
    cut = words[: LONGEST - 1]
    return f"{(cut.rpartition(' ')[0] or cut).rstrip(' ,')}…"
