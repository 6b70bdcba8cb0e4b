r"""The server made a machine key of ASP.NET by itself, at a known time.

What it finds:
    The automatic machine keys of ASP.NET in the registry of the machine and of accounts, with the time at which their
    key was written last.

Why it matters:
    A key that is older than an intrusion may be stolen: with it, an intruder signs view states that run code, after any
    patch. The time shows whether the keys were changed since.

Looks like:
    ``ASP.NET\4.0.30319.0\AutoGenKeys\S-1-5-82-…``, ``AutoGenKeyV4``.

Benign look-alikes:
    Each server has such keys: it is a fact, no accusation.

Blind spots:
    Another value of the same key that was written later.

References:
    https://learn.microsoft.com/en-us/previous-versions/aspnet/w8h3skw9(v=vs.100)
"""

from webshellhunt.detectors.contract import Findings, claim_autostart, define_rule, detector
from webshellhunt.host.machine.autostarts import Autostart, AutostartKind
from webshellhunt.knowledge.waves import load_waves
from webshellhunt.model.rules import Remedy

RULE = define_rule(__name__, "WSH4064", "info", "high", "T1552.004", remedy=Remedy.REGISTRY)


@detector(RULE, on=Autostart)
def find(key: Autostart) -> Findings:
    """Report each key that the server made."""
    if key.kind is AutostartKind.MACHINE_KEY and key.written_utc is not None:
        owner = f" of {key.account}" if key.account else ""
        day = key.written_utc.date()
        words = f"ASP.NET made the machine key{owner} by itself; its registry key was written last on {day}"
        later = [wave for wave in load_waves() if wave.first_use > day]
        if later:
            words += f", before {len(later)} waves of attacks, of which {later[0].name} was the first"
        yield claim_autostart(RULE, words, key, weight="fact")
