"""A page makes accounts of Windows or of a product, sets their passwords, or adds them to groups.

What it finds:
    A page that calls ``NetUserAdd`` or ``NetLocalGroupAddMembers``, or that makes a user or a member of a group by ADSI
    on a machine (``WinNT:``). Of less weight are users of a domain (``LDAP:``), members of its groups of
    administrators, accounts by the classes of DotNetNuke, Umbraco, Sitecore and SharePoint, and commands of PowerShell
    that make accounts or grant rights. Words for it in other texts do not count.

Why it matters:
    An account of Windows is a way back in that needs no file. Administrators make accounts in their consoles.

    No shell of the measured collection needs this rule; it stays since no other rule reports the act, after which the
    intruder needs no shell any more.

Looks like:
    ``GetObject("WinNT://.").Create("user", name)``, ``SetPassword``, ``new DirectoryEntry("WinNT://…").Children.Add``.

Benign look-alikes:
    Control panels of hosting products do it in their assemblies, where it weighs less. Of 6,157 honest pages of the
    corpus and 20,665 of other sites, none makes a user or adds one to a group. Pages where users change their own
    password call ``ChangePassword`` with the old one. Setting a password alone is suspicious.

Blind spots:
    Passwords of a domain (``LDAP:``): self-service pages of companies set these. Commands that a started program runs
    are found where the program is started. Rows that are written into the tables of a product.
"""

from collections.abc import Iterable, Iterator

from webshellhunt.analysis.arrivals import Arrival
from webshellhunt.analysis.capabilities import Weight
from webshellhunt.analysis.prefilter.features import uses_of
from webshellhunt.detectors.contract import Findings, claim_use, define_rule, detector, says
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1038", "critical", "high", "T1505.003", "T1136.001", "T1098")
_MACHINE, _DOMAIN = "winnt:", "ldap:"
_COMMANDS = (
    "new-managementroleassignment", "new-rolegroup", "add-rolegroupmember", "add-mailboxpermission", "add-adpermission",
    "add-adgroupmember", "add-localgroupmember", "new-aduser", "new-localuser",
)  # fmt: skip
_KINDS = frozenset({"user", "group"})


@detector(
    RULE,
    on=Code,
    needs=[uses_of("makes-accounts", "makes-accounts-by-adsi", "makes-accounts-of-product", "commands-rights")],
)
def find(code: Code, layer: Layer) -> Findings:
    """Report the gravest use: an account that is made, else a password that is set."""
    uses = code.analysis.uses
    native = next(iter(uses.get("makes-accounts", ())), None)
    if native is not None:
        name = "makes-accounts"
        yield from claim_use(RULE, name, says(name, native.name), layer, code, native.place)
        return
    name = "makes-accounts-by-adsi"
    found = [*_iter_made(code.analysis.asked(name))] if name in uses else []
    if found:
        call, makes = max(found, key=lambda each: each[1])
        sets = "the page sets the password of an account of Windows"
        message = says(name, call.name) if makes else f"{sets}: {call.name}"
        weight = Weight.CONVICTS if makes and call.subject.mentions(_MACHINE) else Weight.SUSPECTS
        yield from claim_use(RULE, name, message, layer, code, call.place, weight=weight)
        return
    name = "makes-accounts-of-product"
    calls = [*code.analysis.asked(name)]
    refused = {call.place for call in calls if call.is_assigned and call.arguments[0].words == {"false"}}
    found_at = [*((use.place, use.name) for use in uses.get(name, ())), *((call.place, call.name) for call in calls)]
    for place, used in sorted(found_at):
        if place not in refused:
            yield from claim_use(RULE, name, says(name, used), layer, code, place)
            return
    name = "commands-rights"
    for call in code.analysis.asked(name) if name in uses else ():
        if call.mentions("admin") if call.names[0] == "roles" else call.mentions(*_COMMANDS):
            yield from claim_use(RULE, name, says(name, call.name), layer, code, call.place)
            return


def _iter_made(calls: Iterable[Arrival]) -> Iterator[tuple[Arrival, bool]]:
    """Yield each call on an account of the machine, and whether it makes an account or a member of a group."""
    for call in calls:
        if not call.subject.mentions(_MACHINE):
            if call.subject.mentions(_DOMAIN) and _raises(call):
                yield call, True
            continue
        last, texts = call.names[-1], frozenset[str | None]().union(*(each.words for each in call.arguments))
        is_made = last == "create" or (last == "add" and not {"directoryentries", "children"}.isdisjoint(call.names))
        is_member = last == "add" and call.mentions(_MACHINE)
        if is_member or (is_made and _KINDS & texts) or (last == "invoke" and "add" in texts):
            yield call, True
        elif last == "setpassword" or (last == "invoke" and "setpassword" in texts):
            yield call, False


def _raises(call: Arrival) -> bool:
    """Return True for a user that is made in a domain, or a member that a group of administrators gets."""
    last, texts = call.names[-1], frozenset[str | None]().union(*(each.words for each in call.arguments))
    if last == "create" or "directoryentries" in call.names or "children" in call.names:
        return "user" in texts
    return last == "add" and call.subject.mentions("admins", "administrators")
