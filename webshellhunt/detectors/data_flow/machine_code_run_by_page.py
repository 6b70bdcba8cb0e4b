"""A page writes machine code into memory, or calls functions of Windows by pointers.

What it finds:
    A page that calls functions of Windows which make memory executable, write into it or start threads
    (``VirtualAlloc``, ``WriteProcessMemory``, ``CreateThread`` and others, by whatever name it declares them), or that
    makes a delegate for a native pointer.

Why it matters:
    It is how a page runs shell code: nothing is written to the disk, and the code runs inside the process of the
    server or in one that the page starts.

Looks like:
    ``[DllImport("kernel32")] … VirtualAlloc``, ``Marshal.Copy(bytes, 0, address, size)``, ``CreateThread``;
    ``GetProcAddress`` and ``Marshal.GetDelegateForFunctionPointer``.

Benign look-alikes:
    None in pages: of 11,200 harmless files with code of ASP.NET in a page, none does it. Libraries that embed another
    run time have such code; the finding has less weight outside of pages. ``Marshal.Copy`` alone is no sign.

Blind spots:
    A function of Windows that is found by walking the tables of a library in memory.

References:
    https://attack.mitre.org/techniques/T1055/
    https://attack.mitre.org/techniques/T1620/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.analysis.prefilter.features import uses_of
from webshellhunt.detectors.contract import claim_use, define_rule, detector, says
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1031",
    "machine-code-run-by-page",
    Severity.CRITICAL,
    Confidence.HIGH,
    page=__doc__,
    techniques=("T1505.003", "T1055", "T1620"),
)
_CAPABILITIES = ("calls-native-memory", "calls-native-pointer")


@detector(RULE, on=Code, needs=[uses_of(*_CAPABILITIES)])
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report the calls of each of the two kinds, in one finding a kind."""
    for name in _CAPABILITIES:
        uses = code.analysis.uses.get(name, ())
        if uses:
            called = ", ".join(dict.fromkeys(use.name for use in uses[:5]))
            yield from claim_use(RULE, name, says(name, called), layer, code, *(use.place for use in uses[:4]))
