r"""The server loads a native module or an ISAPI filter that is not known from any product.

What it finds:
    A native module or ISAPI filter of ``applicationHost.config`` whose file is not in the table of known products (IIS,
    ASP.NET, Exchange, SharePoint, Microsoft's extensions of IIS, and some of other makers). Alone this is unexplained.
    It is suspicious with a second reason: the file lies among the files of Windows or Exchange, or in a user's folder;
    its name resembles that of a stock module; or the file was collected and has no signature where a product would have
    one, has a signature of other content, is a month younger than all other programs of its folder, or resembles
    modules of intruders. A stock file is suspicious under the name of another stock module, or if it has no version
    information, names another maker, or is a file of Exchange without a valid signature of Microsoft. A file with a
    valid signature of Microsoft, or with a digest in a catalogue of Windows, is none of these.

Why it matters:
    A native module runs in each worker process and sees each request before any page does. Intruders choose a plausible
    name and a folder with the modules of Windows or Exchange (IIS-Raid, SessionManager, BadIIS). Neither place nor code
    then stands out; that no product ships the file does.

Looks like:
    ``<add name="UpData" image="C:\Windows\System32\system.dll" />``, from a public question of a victim in 2021.

Benign look-alikes:
    Modules of makers that are not in the table: agents for monitoring, firewalls and single sign-on, and modules
    written in-house. In a folder of their own, and signed if the file was collected, they stay unexplained. Measured on
    91 public configurations of servers (44 of Exchange 2013, 2016 and 2019, 47 of others with IIS 7.5 to 10): 3 modules
    are reported, all unexplained, all named ``Test-…`` in ``C:\Temp`` of one test server (two files). Administrators
    try things in such a folder, so it is no second reason.

Blind spots:
    A stock file in its stock place with changed content and the original version information: the baseline reports
    that. A file at a path of a known product of another maker that is not installed. Files that were not collected:
    only name and place are then checked. ISAPI filters that a ``web.config`` adds. Revoked certificates. A module in an
    odd folder (ProgramData, a folder for temporary files) is reported by WSH4008.

References:
    https://learn.microsoft.com/en-us/answers/questions/355650/exchange-server-2013-compromised-suspicious-iis-mo
    https://securelist.com/the-sessionmanager-iis-backdoor/106868/
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from webshellhunt.binaries.origin import Origin
from webshellhunt.binaries.signed_data import SignatureState
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, registration_evidence
from webshellhunt.host.iis.native_modules import KnownModule, load_known_modules
from webshellhunt.host.iis.registrations import FILTER, PROGRAMS, Program, Registration
from webshellhunt.host.machine.catalogues import NOT_IN_CATALOGUES
from webshellhunt.knowledge.confusables import skeleton
from webshellhunt.knowledge.odd_folders import odd_place
from webshellhunt.knowledge.products import find_product
from webshellhunt.model.rules import Severity

RULE = define_rule(__name__, "WSH4020", "medium", "medium", "T1505.004")
_PLACES: Final = (
    ("%windir%\\", "its file lies in a folder of Windows, and no known module of that folder has this name"),
    ("%exchange%\\", "its file lies in a folder of Exchange, and no known module of that folder has this name"),
    ("?:\\users\\", "its file lies in a user's folder"),
    ("?:\\documents and settings\\", "its file lies in a user's folder"),
)
_PLAIN_WORDS: Final = frozenset({"asp", "cgi", "filter", "isapi", "redirect", "rewrite", "static", "warmup", "webdav"})
"""Names of stock files that are common enough for other products to use."""

_SHORTEST: Final = 6
_LONGEST: Final = 64
_LONGEST_PATH: Final = 160


@detector(RULE, on=Registration)
def find(registration: Registration) -> Findings:
    """Report a module of no known product, and a stock module whose file is not that of its product."""
    if registration.kind not in PROGRAMS or odd_place(registration.target) is not None:
        return
    known, target = registration.known, _cut(registration.target)
    is_named = registration.name.lower() not in ("", registration.target.lower())
    what = f"the {registration.kind} {_cut(registration.name)}" if is_named else f"this {registration.kind}"
    if known is not None:
        reasons = list(_changes(registration, known))
        message = f"{what} is {target}, which is a file of {known.product}"
        if not reasons:
            return
    else:
        reasons = list(_reasons(registration))
        message = f"no known product installs {what} as {target}"
        if _is_cleared(registration, reasons):
            return
    evidence, program = registration_evidence(registration), registration.program
    origin = Origin() if program is None else program.origin
    facts = {"registered": registration.target, "company": origin.company, "debug_path": origin.debug_path}
    if program is not None:
        facts |= {"signature": program.signer.state.value, "publisher": program.signer.publisher}
    if known is not None and not _is_misnamed(registration, known):
        facts["product"] = known.product
    severity = Severity.HIGH if reasons else RULE.severity
    yield claim(RULE, "; ".join((message, *reasons)), evidence, severity=severity, facts=facts)


def _is_of_product(registration: Registration) -> bool:
    kind = "filter" if registration.kind == FILTER else "native_module"
    return find_product(kind, registration.name, registration.target) is not None


def _is_cleared(registration: Registration, reasons: list[str]) -> bool:
    """Return True if Microsoft signed the file, or if a known product has it in its folder and it is not unsigned."""
    program = registration.program
    if program is not None and program.is_of_microsoft:
        return True
    is_unsigned = program is not None and program.signer.state is SignatureState.UNSIGNED
    return not reasons and not is_unsigned and _is_of_product(registration)


def _reasons(registration: Registration) -> Iterator[str]:
    """Yield the reasons beyond the missing product for which a module is suspicious."""
    yield from _file_reasons(registration)
    if registration.program is not None and registration.program.signer.state is SignatureState.VALID:
        return  # its place and its name are those that its publisher chose
    yield from (words for top, words in _PLACES if registration.place.startswith(top))
    if registration.place[1:11] == ":\\windows\\" and not registration.place.startswith("?"):
        yield "its file lies in a folder named Windows on a drive that is not the system drive"
    if " \\" in registration.place:
        yield "a folder name in its path ends with a space, which no product uses"
    yield from _likeness(registration)


def _likeness(registration: Registration) -> Iterator[str]:
    """Yield the stock module whose name is imitated, at most one."""
    name = _skeleton_of_name(registration)
    stem = skeleton(registration.place.rpartition("\\")[2][:_LONGEST].rpartition(".")[0])
    for stock_name, stock in _stock_names().items():
        if name == stock_name or _is_near(name, stock_name):
            yield f"its name resembles {stock.name} of {stock.product}, whose file is {stock.image}"
            return
    for stock in _stock_modules():
        if stock.stem not in _PLAIN_WORDS and (stem == stock.stem or _is_near(stem, stock.stem)):
            yield f"its file name resembles {stock.image} of {stock.product}"
            return


def _skeleton_of_name(registration: Registration) -> str:
    return skeleton(registration.name.partition(" for ")[0][:_LONGEST])


def _file_reasons(registration: Registration) -> Iterator[str]:
    """Yield the reasons that come from the file itself, if it was collected."""
    program = registration.program
    if program is None:
        return
    in_windows = registration.place.startswith("%windir%\\")
    if program.is_stock is False:
        yield NOT_IN_CATALOGUES
    is_unsigned = program.signer.state is SignatureState.UNSIGNED
    if is_unsigned and not in_windows and not _is_of_product(registration):
        yield "its file has no signature, and no catalogue of Windows covers its folder"
    yield from _tampering(program)
    if program.days_later is not None:
        yield f"its file is {program.days_later} days younger than all other programs in its folder"
    yield from program.kinship


def _tampering(program: Program) -> Iterator[str]:
    by = f" of {program.signer.publisher}" if program.signer.publisher else ""
    if program.signer.state is SignatureState.CHANGED:
        yield f"its file has a signature{by} that was made for other content"
    elif program.signer.state is SignatureState.FORGED:
        yield f"its file has a forged signature{by}"


def _changes(registration: Registration, known: KnownModule) -> Iterator[str]:
    """Yield the differences of a stock file from that of its product, and a stock name on another file."""
    named = _stock_names().get(_skeleton_of_name(registration))
    if named is not None and _is_misnamed(registration, known):
        yield f"but the stock module of that name has the file {named.image}"
    program = registration.program
    if program is None or not known.is_microsoft or program.is_of_microsoft:
        return
    yield from (f"but {words}" for words in _tampering(program))
    if program.is_stock is False:
        yield f"but its file is not that of Windows: {NOT_IN_CATALOGUES}"
    if known.image.startswith("%exchange%"):
        yield "but its file has no valid signature of Microsoft, and every program of Exchange has one"
    elif not program.origin.versioned:
        yield "but its file has no version information, and every file of that product has one"
    elif program.origin.company is not None and "microsoft" not in program.origin.company.lower():
        yield f"but its file names another maker ({program.origin.company})"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_PATH else f"{text[:_LONGEST_PATH]}…"


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
    """Return True if names differ by one character and are too long for that to be a coincidence."""
    if min(len(name), len(known)) < _SHORTEST or abs(len(name) - len(known)) > 1:
        return False
    at = next((n for n, (a, b) in enumerate(zip(name, known, strict=False)) if a != b), min(len(name), len(known)))
    short, long = sorted((name[at:], known[at:]), key=len)
    return short == long[1:] if len(short) < len(long) else short[1:] == long[1:]
