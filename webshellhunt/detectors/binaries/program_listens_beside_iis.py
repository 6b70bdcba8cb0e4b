r"""A native program takes requests from the web server's port without IIS.

What it finds:
    A native program or library that uses the API of HTTP.sys to take requests (``HttpAddUrl``,
    ``HttpCreateServerSession``, ``HttpReceiveHttpRequest``), has no valid signature, and lies in a folder of Windows or
    Exchange, in a directory that is served, or in an odd folder; anywhere, if its texts have an address below the paths
    of Exchange.

Why it matters:
    HTTP.sys, a driver, takes the requests for port 80 and 443 and hands each to the program that reserved its address.
    A program of an intruder can reserve one below ``/ews/`` or ``/autodiscover/``: it answers on the port of OWA, with
    the certificate of OWA, and neither IIS nor its logs know of it. HTTPSnoop, Rungan and NAPLISTENER work this way,
    started as a service or loaded as a library.

Looks like:
    ``System32\wlbsctrl.dll`` that imports ``HttpAddUrl``, with the text ``https://*:443/ews/health/``.

Benign look-alikes:
    Windows Remote Management, IIS itself and other services of Windows do the same: their digests are in a catalogue of
    Windows, which clears them where the catalogues are at hand; without them, a file that names Microsoft as its maker
    stays unexplained. Products such as SQL Server Reporting Services lie in their own folder, and are signed.

Blind spots:
    .NET programs, which the rules for assemblies examine. Functions that are looked up by digest. A program in a folder
    of its own below Program Files that takes no address of Exchange.

References:
    https://blog.talosintelligence.com/introducing-shrouded-snooper/
    https://www.welivesecurity.com/en/eset-research/ghostredirector-poisons-windows-servers-backdoors-side-potatoes/
    https://learn.microsoft.com/en-us/windows/win32/api/http/nf-http-httpaddurl
"""

from typing import Final

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, is_pe_file
from webshellhunt.knowledge.odd_folders import odd_place
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Evidence, Span
from webshellhunt.model.places import SERVED_ROLES, Role
from webshellhunt.model.rules import Remedy, Severity
from webshellhunt.views.native_program import NativeProgram
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH5030", "high", "medium", "T1205", "T1505", remedy=Remedy.STATED)
_ADDRESS: Final = lazy_pattern(
    rb"(?i)https?://[+*\w.-]{1,64}:\d{1,5}/(?:owa|ecp|ews|autodiscover|mapi|oab|rpc|powershell|microsoft-server-activesync)\b"
    rb"[\w./-]{0,80}"
)
_SEARCHED: Final = 8 * 1024 * 1024


@detector(RULE, on=Sample, prefilter=is_pe_file)
def find(sample: Sample) -> Findings:
    """Report a program that listens in a place where none should, or at an address of Exchange."""
    program = sample.native
    if program is None or not program.listens or program.kind is not None or program.is_of_publisher:
        return
    if program.imitates is not None and program.claims_microsoft:
        return  # a stock name at its place: the catalogues decide
    place, address = _place(program, sample), _address(sample.data)
    if place is None and address is None:
        return
    words = f"this program takes requests from HTTP.sys, without IIS and its logs; {program.signature_words}"
    words = words if place is None else f"{words}, and it lies in {place}"
    words = words if address is None else f"{words}; it names an address of Exchange ({address})"
    is_likely = program.claims_microsoft and program.owner == "Windows" and address is None
    severity = Severity.MEDIUM if is_likely else RULE.severity if address is None else Severity.CRITICAL
    evidence = Evidence(sample.artifact.path, "raw", Span(0, 0), 1, 1, "")
    yield claim(RULE, words, evidence, severity=severity, facts={**program.facts, "address": address})


def _place(program: NativeProgram, sample: Sample) -> str | None:
    """Return the place of a program in words, if no program that listens belongs there."""
    if program.owner is not None:
        return f"a folder of {program.owner}"
    odd = odd_place(sample.artifact.path)
    if odd is not None:
        return odd.words
    return "a web directory" if sample.artifact.role in SERVED_ROLES | {Role.BIN} else None


def _address(data: bytes) -> str | None:
    """Return an address below the paths of Exchange in the texts of a program, of either width."""
    found = _ADDRESS.search(data[:_SEARCHED]) or _ADDRESS.search(data[:_SEARCHED].replace(b"\0", b""))
    return None if found is None else found[0].decode("ascii", "replace")
