r"""The server loads a native module or an ISAPI filter that no product is known to install there under that name.

What it finds:
    A native module or ISAPI filter of ``applicationHost.config`` whose file is not in the table of known products (IIS,
    ASP.NET, Exchange, SharePoint, Microsoft's extensions of IIS, and some of other makers). Alone this is unexplained.
    It is suspicious with a second reason: the file lies among the files of Windows or of Exchange, or in a user's
    folder; its name is like that of a stock module; or the file is at hand and has no signature where a product would
    have one, is a month younger than each other program of its folder, or resembles modules of intruders. A stock file
    is suspicious under the name of another stock module, and where it has no version information or names another
    maker.

Why it matters:
    A native module runs in each worker process and sees each request before any page does. Intruders call it by a
    plausible name and lay it where the modules of Windows or Exchange are (IIS-Raid, SessionManager, BadIIS), so that
    neither its place nor its code stands out; that nobody ships it does.

Looks like:
    ``<add name="UpData" image="C:\Windows\System32\system.dll" />``, which a victim of 2021 asked about in public.

Benign look-alikes:
    Modules of makers that the table does not have: agents of monitoring, firewalls and single sign-on, and modules
    written in-house. In a folder of their own, and signed where the file is at hand, they stay unexplained. Measured on
    91 public configurations of servers (44 of Exchange 2013, 2016 and 2019, 47 of others with IIS 7.5 to 10): 3
    modules are told, all unexplained, all the same: those that are named ``Test-…`` in ``C:\Temp`` of one test server
    (two files). There only the list speaks against them, and a folder where administrators try things; so they are
    no more than a question.

Blind spots:
    A stock file in its stock place with other content that kept its version information: the baseline tells that. A
    file in the place of a product of another maker that is not installed. Files that were not collected: then the name
    and the place alone speak. ISAPI filters that a ``web.config`` adds. Whether a signature is valid is not checked. A
    module in an odd place (ProgramData, a folder for temporary files) is told by WSH4008.

References:
    https://learn.microsoft.com/en-us/answers/questions/355650/exchange-server-2013-compromised-suspicious-iis-mo
    https://attack.mitre.org/techniques/T1505/004/
    https://securelist.com/the-sessionmanager-iis-backdoor/106868/
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from webshellhunt.binaries.origin import Origin
from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.host.iis.native_modules import KnownModule, load_known_modules
from webshellhunt.host.iis.registrations import PROGRAMS, Registration
from webshellhunt.knowledge.confusables import skeleton
from webshellhunt.knowledge.odd_folders import odd_place
from webshellhunt.model.findings import Evidence, Finding, Span
from webshellhunt.model.rules import Confidence, Severity

RULE = define_rule(
    "WSH4020",
    "native-module-of-no-known-product",
    Severity.MEDIUM,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.004",),
)
_PLACES: Final = (
    ("%windir%\\", "its file lies in a folder of Windows, and is none of the modules that are known there"),
    ("%exchange%\\", "its file lies in a folder of Exchange, and is none of the modules that are known there"),
    ("?:\\users\\", "its file lies in a user's folder"),
    ("?:\\documents and settings\\", "its file lies in a user's folder"),
)
_PLAIN_WORDS: Final = frozenset({"asp", "cgi", "filter", "isapi", "redirect", "rewrite", "static", "warmup", "webdav"})
"""Names of stock files that any product may use for its own."""

_SHORTEST: Final = 6
_LONGEST: Final = 64
_LONGEST_PATH: Final = 160


@detector(RULE, on=Registration)
def find(registration: Registration) -> Iterator[Finding]:
    """Report a module that no product is known to install so, or a stock one whose file is not the product's."""
    if registration.kind not in PROGRAMS or odd_place(registration.target) is not None:
        return
    what, known = f"the {registration.kind} {registration.name[:_LONGEST]}", registration.known
    target = registration.target[:_LONGEST_PATH]
    if known is not None:
        reasons = list(_changes(registration, known))
        message = f"{what} is {target}, which is a file of {known.product}"
        if not reasons:
            return
    else:
        reasons = list(_reasons(registration))
        message = f"no known product installs {what} as {target}"
    span = Span(registration.offset, registration.offset + len(registration.excerpt))
    evidence = Evidence(registration.declared_in, "raw", span, registration.line, 1, registration.excerpt)
    origin = Origin() if registration.program is None else registration.program.origin
    facts = {"registered": registration.target, "company": origin.company, "debug_path": origin.debug_path}
    if known is not None and not _is_misnamed(registration, known):
        facts["product"] = known.product
    severity = Severity.HIGH if reasons else RULE.severity
    yield claim(RULE, "; ".join((message, *reasons)), evidence, severity=severity, facts=facts)


def _reasons(registration: Registration) -> Iterator[str]:
    """Yield the second reasons against a module of no known product."""
    yield from (words for top, words in _PLACES if registration.place.startswith(top))
    if registration.place[1:11] == ":\\windows\\" and not registration.place.startswith("?"):
        yield "its file lies in a folder Windows on another drive than the one that the server runs from"
    if " \\" in registration.place:
        yield "the name of a folder in its path ends with a space, as no product has it"
    yield from _likeness(registration)
    yield from _file_reasons(registration)


def _likeness(registration: Registration) -> Iterator[str]:
    """Yield which stock module a name pretends to be, at most one."""
    name = _skeleton_of_name(registration)
    stem = skeleton(registration.place.rpartition("\\")[2][:_LONGEST].rpartition(".")[0])
    for stock_name, stock in _stock_names().items():
        if name == stock_name or _is_near(name, stock_name):
            yield f"its name is like {stock.name} of {stock.product}, whose file is {stock.image}"
            return
    for stock in _stock_modules():
        if stock.stem not in _PLAIN_WORDS and (stem == stock.stem or _is_near(stem, stock.stem)):
            yield f"its file is named like {stock.image} of {stock.product}"
            return


def _skeleton_of_name(registration: Registration) -> str:
    return skeleton(registration.name.partition(" for ")[0][:_LONGEST])


def _file_reasons(registration: Registration) -> Iterator[str]:
    """Yield what the file itself, where it is at hand, says against a module."""
    program = registration.program
    if program is None:
        return
    origin = program.origin
    in_windows = registration.place.startswith("%windir%\\")
    if not origin.signed and not in_windows:
        yield "its file has no signature, and lies where no catalogue of Windows can have one for it"
    if program.days_later is not None:
        yield f"its file is {program.days_later} days younger than each other program in its folder"
    yield from program.kinship


def _changes(registration: Registration, known: KnownModule) -> Iterator[str]:
    """Yield how a stock file differs from that of its product, or that a stock name leads to another file."""
    named = _stock_names().get(_skeleton_of_name(registration))
    if named is not None and _is_misnamed(registration, known):
        yield f"but the file of a module of that name is {named.image}"
    program = registration.program
    if program is None or not known.is_microsoft:
        return
    if not program.origin.versioned:
        yield "but its file has no version information, which each file of that product has"
    elif program.origin.company is not None and "microsoft" not in program.origin.company.lower():
        yield f"but its file names another maker ({program.origin.company})"


def _is_misnamed(registration: Registration, known: KnownModule) -> bool:
    """Return True if the name is that of another stock module than the file."""
    named = _stock_names().get(_skeleton_of_name(registration))
    return named is not None and named.stem != known.stem


@lru_cache(maxsize=1)
def _stock_modules() -> tuple[KnownModule, ...]:
    return tuple(known for known in load_known_modules() if known.is_microsoft)


@lru_cache(maxsize=1)
def _stock_names() -> dict[str, KnownModule]:
    return {known.name.lower(): known for known in reversed(_stock_modules())}


def _is_near(name: str, known: str) -> bool:
    """True if one character is added, left out or changed, in a name that is long enough for that to be no chance."""
    if min(len(name), len(known)) < _SHORTEST or abs(len(name) - len(known)) > 1:
        return False
    at = next((n for n, (a, b) in enumerate(zip(name, known, strict=False)) if a != b), min(len(name), len(known)))
    short, long = sorted((name[at:], known[at:]), key=len)
    return short == long[1:] if len(short) < len(long) else short[1:] == long[1:]
