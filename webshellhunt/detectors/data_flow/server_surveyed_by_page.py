"""A page lists the accounts or the drives of the server.

What it finds:
    A page that lists the accounts of Windows (``WinNT:``, ``Win32_UserAccount``, ``NetUserEnum``), or, in ASP.NET, the
    drives of the server. Drives without folders need a second finding.

Why it matters:
    A site has its own users and its own folder. A page that looks beyond them surveys the machine for an intruder.

Looks like:
    ``For Each account In GetObject("WinNT://.")``, ``DriveInfo.GetDrives()``, ``Directory.GetLogicalDrives()``.

Benign look-alikes:
    A page that reads one group or account by its name, other than that of the administrators, lists none. Probes of
    hosting products list accounts and drives, mostly in classic ASP: there, accounts need a second finding, and drives
    alone are nothing (7 of 617 hard cases list them). Of the honest pages of ASP.NET of the corpus and of 5,068 of
    other sites, none does either.

Blind spots:
    Lists that a started program prints; accounts of a domain by LDAP.
"""

from collections.abc import Iterator

from webshellhunt.analysis.capabilities import Weight
from webshellhunt.analysis.prefilter.features import uses_of
from webshellhunt.analysis.structure.uses import Use
from webshellhunt.detectors.contract import Findings, claim_use, define_rule, detector, says, weight_in
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1039", "high", "medium", "T1505.003", "T1087.001", "T1083", is_tool=True)
_BROWSES = frozenset(
    {"directoryinfo", "getdirectories", "enumeratedirectories", "getfilesystementries", "getfilesysteminfos"}
)
_ACCOUNTS = ("winnt:", "win32_useraccount", "win32_account")
_ONE = lazy_pattern(r"(?i)winnt://[^/,]+/(?!administrators)[^/,]+,(?:group|user)")
"""The address of one group or account, whose members are read."""


@detector(RULE, on=Code, needs=[uses_of("walks-accounts", "lists-drives")])
def find(code: Code, layer: Layer) -> Findings:
    """Report the first list of accounts, and the first of drives."""
    uses = code.analysis.uses
    accounts = next(_iter_accounts(code, uses.get("walks-accounts", ())), None)
    drives = next(iter(uses.get("lists-drives", ())), None)
    for name, use in (("walks-accounts", accounts), ("lists-drives", drives)):
        if use is not None:
            is_less = use is drives and _BROWSES.isdisjoint(code.analysis.words())
            weight = Weight.SECOND if is_less and weight_in(name, layer) is Weight.SUSPECTS else None
            yield from claim_use(RULE, name, says(name, use.name), layer, code, use.place, weight=weight)


def _iter_accounts(code: Code, uses: tuple[Use, ...]) -> Iterator[Use]:
    """Yield the uses that name accounts in their arguments."""
    yield from (use for use in uses if use.name.startswith("net"))
    for call in code.analysis.asked("walks-accounts") if uses else ():
        words = (each for value in call.arguments for each in value.words)
        if call.mentions(*_ACCOUNTS) and not any(each is not None and _ONE.fullmatch(each) for each in words):
            yield Use(call.name, call.place)
