"""A page makes accounts of Windows, sets their passwords, or adds them to groups.

What it finds:
    A page that calls ``NetUserAdd`` or ``NetLocalGroupAddMembers``, or that makes a user or a member of a group by ADSI
    on a machine (``WinNT:``). Words for it in texts do not count.

Why it matters:
    An account of Windows is a way back in that needs no file. Administrators make accounts in their consoles.

Looks like:
    ``GetObject("WinNT://.").Create("user", name)``, ``SetPassword``, ``new DirectoryEntry("WinNT://…").Children.Add``.

Benign look-alikes:
    Control panels of hosting products do it in their assemblies, where it weighs less. Of 6,157 honest pages of the
    corpus and 20,665 of other sites, none makes a user or adds one to a group. Pages where users change their own
    password call ``ChangePassword`` with the old one. Setting a password alone is suspicious.

Blind spots:
    Accounts of a domain (``LDAP:``): self-service pages of companies make these. Commands that a started program runs
    are found where the program is started.

References:
    https://attack.mitre.org/techniques/T1136/001/
    https://attack.mitre.org/techniques/T1098/
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from webshellhunt.analysis.capabilities import Weight
from webshellhunt.analysis.marks.argument_marks import arguments_at, mark_texts, marks_of_owner
from webshellhunt.analysis.marks.marks import Marks
from webshellhunt.analysis.prefilter.features import uses_of
from webshellhunt.analysis.structure.uses import Use
from webshellhunt.detectors.contract import claim_use, define_rule, detector, says
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1038",
    "accounts-made-by-page",
    Severity.CRITICAL,
    Confidence.HIGH,
    page=__doc__,
    techniques=("T1505.003", "T1136.001", "T1098"),
)
_MACHINE = "winnt:"
_KINDS = frozenset({"user", "group"})
_MOST_NAMES = 60
"""Names of an argument that are read."""


@detector(RULE, on=Code, needs=[uses_of("makes-accounts", "makes-accounts-by-adsi")])
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report the gravest use: an account that is made, else a password that is set."""
    uses = code.analysis.uses
    native = next(iter(uses.get("makes-accounts", ())), None)
    if native is not None:
        name = "makes-accounts"
        yield from claim_use(RULE, name, says(name, native.name), layer, code, native.place)
        return
    found = list(_iter_made(code, uses.get("makes-accounts-by-adsi", ())))
    if found:
        use, makes = max(found, key=lambda each: each[1])
        name, sets = "makes-accounts-by-adsi", "the page sets the password of an account of Windows"
        message = says(name, use.name) if makes else f"{sets}: {use.name}"
        weight = Weight.CONVICTS if makes else Weight.SUSPECTS
        yield from claim_use(RULE, name, message, layer, code, use.place, weight=weight)


def _iter_made(code: Code, uses: tuple[Use, ...]) -> Iterator[tuple[Use, bool]]:
    """Yield each use on an account of the machine, and whether it makes an account or a member of a group."""
    if not uses:
        return
    marks = Marks(code.analysis.index, mark_texts(code.analysis.constants, {_MACHINE: _MACHINE}))
    for use in uses:
        if _MACHINE not in marks_of_owner(marks, use.place):
            continue
        last = use.name.rpartition(".")[2]
        texts, words = _texts_given(code, use.place), _words_given(code, use.place)
        of_children = "children" in use.name or last == "create"
        is_member = last == "add" and (any(_MACHINE in text for text in texts) or "adspath" in words)
        if is_member or (of_children and _KINDS & texts) or (last == "invoke" and "add" in texts):
            yield use, True
        elif last == "setpassword" or (last == "invoke" and "setpassword" in texts):
            yield use, False


def _texts_given(code: Code, token: int) -> frozenset[str]:
    constants, arguments = code.analysis.constants, arguments_at(code.analysis.index, token)
    return frozenset(constant.value.lower() for argument in arguments for constant in constants.within(argument))


def _words_given(code: Code, token: int) -> frozenset[str]:
    index = code.analysis.index
    dotted = (each for argument in arguments_at(index, token) for each in index.within(argument))
    return frozenset(name for each in islice(dotted, _MOST_NAMES) for name in each.names)
