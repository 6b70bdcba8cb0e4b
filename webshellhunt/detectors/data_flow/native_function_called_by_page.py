"""A page calls a function of Windows that it declares itself, or by a pointer.

What it finds:
    A page of ASP.NET that calls functions of Windows which make memory executable, write into it or start threads
    (``VirtualAlloc``, ``WriteProcessMemory``, ``CreateThread`` and others, by whatever name it declares them), or that
    makes a delegate for a native pointer: critical. A page that declares any other function of a library of Windows and
    calls it: high, other than functions that only tell something of the system (the free space of a disk, the type of a
    file's content), and those that start programs (WSH1002, WSH1030). The functions that log an account on have less
    weight.

Why it matters:
    What an application needs, the framework has. Native functions reach accounts, sessions, services and credentials
    that the framework keeps from a page. Those for memory run shell code: nothing is written to the disk, and the code
    runs inside the process of the server or in one that the page starts.

    No shell of the measured collection needs this rule; it stays since no other rule reports the act, by which loaders
    of machine code and thieves of accounts work.

Looks like:
    ``[DllImport("netapi32.dll")] static extern int NetUserAdd(…)`` and a call of it; ``VirtualAlloc``,
    ``Marshal.Copy(bytes, 0, address, size)``, ``CreateThread``; ``GetProcAddress`` and
    ``Marshal.GetDelegateForFunctionPointer``.

Benign look-alikes:
    Pages that log another account on (``LogonUser``) to reach a share. Of 11,200 harmless files with code of ASP.NET in
    a page, 1 calls a function that it declares (0.01 %), which this rule spares, and none one for memory; in source
    code outside of pages it is common (27 of 22,305), and only functions for memory and pointers are a finding there,
    with less weight. ``Marshal.Copy`` alone is no sign.

Blind spots:
    A function that is declared and called in different files; one that is found by walking the tables of a library in
    memory.
"""

from webshellhunt.analysis.capabilities import Weight
from webshellhunt.analysis.prefilter.features import uses_of
from webshellhunt.detectors.contract import Findings, claim_use, define_rule, detector, says
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    __name__,
    "WSH1032",
    "critical",
    "high",
    "T1505.003",
    "T1055",
    "T1620",
    merged=("WSH1031", "machine-code-run-by-page"),
)
_ANY = "calls-native-function"
_CODE = ("calls-native-memory", "calls-native-pointer")
_OTHERS = ("calls-native-memory", "starts-program")
_OF_ACCOUNTS = frozenset(
    {
        "logonuser", "logonuserex", "duplicatetoken", "duplicatetokenex", "reverttoself", "impersonateloggedonuser",
        "closehandle",
    }
)  # fmt: skip


@detector(RULE, on=Code, needs=[uses_of(*_CODE, _ANY)])
def find(code: Code, layer: Layer) -> Findings:
    """Report the functions that are called, in one finding a kind."""
    others = {use.place for name in _OTHERS for use in code.analysis.uses.get(name, ())}
    for name in (*_CODE, _ANY):
        uses = [use for use in code.analysis.uses.get(name, ()) if name != _ANY or use.place not in others]
        if uses:
            called = ", ".join(dict.fromkeys(use.name for use in uses[:5]))
            is_of_accounts = name == _ANY and all(use.name in _OF_ACCOUNTS for use in uses)
            weight, tokens = Weight.SECOND if is_of_accounts else None, (use.place for use in uses[:4])
            yield from claim_use(RULE, name, says(name, called), layer, code, *tokens, weight=weight)
