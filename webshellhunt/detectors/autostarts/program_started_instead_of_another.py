r"""The registry starts a program instead of another one, or when another one ends.

What it finds:
    A ``Debugger`` of a program (Image File Execution Options), a monitor of its silent exit, debuggers of crashes, and
    handlers of all programs or of the aids of the sign-in screen, other than those of Windows and of development tools.

Why it matters:
    The sticky keys at the sign-in screen give a shell as SYSTEM without a password; a monitor of ``w3wp.exe`` restarts
    a back door each time that a worker process ends.

Looks like:
    ``Image File Execution Options\sethc.exe``, ``Debugger`` = ``cmd.exe``.

Benign look-alikes:
    Debuggers of the Windows kits, Process Explorer in the place of the Task Manager: no finding.

Blind spots:
    A replaced ``sethc.exe``; application shims.
"""

from typing import Final

from webshellhunt.detectors.contract import Findings, claim_autostart, define_rule, detector
from webshellhunt.host.machine.autostarts import Autostart
from webshellhunt.knowledge.programs import is_interpreter, program_of
from webshellhunt.knowledge.registry_claims import judge_value
from webshellhunt.model.rules import Remedy

RULE = define_rule(__name__, "WSH4057", "medium", "high", "T1546.012", "T1546.008", remedy=Remedy.REGISTRY)


_AIDS: Final = frozenset(
    f"{name}.exe" for name in ("sethc", "utilman", "osk", "magnify", "narrator", "displayswitch", "atbroker")
)
"""The aids of the sign-in screen (https://attack.mitre.org/techniques/T1546/008/)."""


@detector(RULE, on=Autostart)
def find(autostart: Autostart) -> Findings:
    """Report each program that takes the place of another."""
    if autostart.place is not None and autostart.place.rule == RULE.slug:
        claim = judge_value(autostart)
        if claim is not None:
            words = f"{claim.words}{_at_sign_in(autostart)}"
            yield claim_autostart(RULE, words, autostart, weight=claim.weight, program=claim.program)


def _at_sign_in(debugger: Autostart) -> str:
    """Return the clause about the debugger of an aid of the sign-in screen."""
    if debugger.name.lower() != "debugger" or not _AIDS.intersection(debugger.key.lower().split("\\")):
        return ""
    what = "a shell" if is_interpreter(program_of(debugger.command)) else "this program"
    return f": the sign-in screen gives anybody {what} as SYSTEM, without a password"
