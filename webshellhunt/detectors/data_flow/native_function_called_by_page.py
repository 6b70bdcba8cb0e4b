"""A page calls a function of Windows that it declares itself.

What it finds:
    A page of ASP.NET that declares a function of a library of Windows and calls it, other than functions that only tell
    something of the system (the free space of a disk, the type of a file's content). Functions for memory and threads
    are WSH1031, those that start programs WSH1002, WSH1024 or WSH1030. The functions that log an account on have less
    weight.

Why it matters:
    What an application needs, the framework has. Native functions reach accounts, sessions, services and credentials
    that the framework keeps from a page.

Looks like:
    ``[DllImport("netapi32.dll")] static extern int NetUserAdd(…)`` and a call of it.

Benign look-alikes:
    Pages that log another account on (``LogonUser``) to reach a share. Of 11,200 harmless files with code of ASP.NET in
    a page, 1 calls a function that it declares (0.01 %), which this rule spares; in source code outside of pages it is
    common (27 of 22,305), and no finding.

Blind spots:
    A function that is declared and called in different files.

References:
    https://attack.mitre.org/techniques/T1505/003/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.analysis.capabilities import Weight
from webshellhunt.analysis.prefilter.features import uses_of
from webshellhunt.detectors.contract import claim_use, define_rule, detector, says
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule("WSH1032", "native-function-called-by-page", Severity.HIGH, Confidence.MEDIUM, page=__doc__)
_CAPABILITY = "calls-native-function"
_OTHERS = ("calls-native-memory", "starts-program")
_OF_ACCOUNTS = frozenset(
    {
        "logonuser", "logonuserex", "duplicatetoken", "duplicatetokenex", "reverttoself", "impersonateloggedonuser",
        "closehandle",
    }
)  # fmt: skip


@detector(RULE, on=Code, needs=[uses_of(_CAPABILITY)])
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report the functions that are called, in one finding."""
    uses = code.analysis.uses.get(_CAPABILITY, ())
    others = {use.place for name in _OTHERS for use in code.analysis.uses.get(name, ())}
    uses = tuple(use for use in uses if use.place not in others)
    if uses:
        called = ", ".join(dict.fromkeys(use.name for use in uses[:5]))
        weight = Weight.SECOND if all(use.name in _OF_ACCOUNTS for use in uses) else None
        tokens = (use.place for use in uses[:4])
        yield from claim_use(RULE, _CAPABILITY, says(_CAPABILITY, called), layer, code, *tokens, weight=weight)
