"""One page holds the powers of an administration tool.

What it finds:
    A page whose code can do several of these at once: run programs, evaluate code, list drives, write and delete
    files, read the registry, forge file times, look at processes and users, query any database, scan the network.
    Four kinds with the means to run programs or code, or five of any; three where those beside the means reach into
    the server, beyond the files of a site, and else as a hint.

Why it matters:
    A full-featured shell (a file manager with a command line) may read its orders in ways that no flow analysis
    follows.

Looks like:
    Hundreds of lines that list drives, edit files and start commands, behind a password in the page.

Benign look-alikes:
    Installers and control panels of hosting products; each has some of these, hardly ever with a command line. Those
    that ask the application who their visitor is before they work are suspicious at most (fact ``access_check``). A
    password that the page itself asks for and keeps in the session is no such check.

Blind spots:
    A tool that is split over several pages or included files, each with one power: an application has all powers
    somewhere, so that those of one file count.

References:
    https://attack.mitre.org/software/S0073/
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.model.findings import Evidence, Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule("WSH1007", "tool-page", Severity.HIGH, Confidence.MEDIUM, page=__doc__)
_COMMANDING = frozenset({"run programs", "evaluate code"})
_REACHING = frozenset(
    {
        "list drives and folders",
        "read the registry",
        "forge file times and attributes",
        "look at processes, services and users",
        "query databases at will",
    }
)


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report a page with too many powers."""
    shown = code.analysis.powers
    if not _are_too_many(shown):
        return
    powers = _of_one_file({power: layer.token_evidence(code, token) for power, token in shown.items()})
    if _are_too_many(powers):
        sure = len(powers) >= 6 and not _COMMANDING.isdisjoint(powers)
        hint = len(powers) == 3 and len(_REACHING & powers.keys()) < 2
        evidence = list(powers.values())[:4]
        message = f"one page can {', '.join(sorted(powers))}"
        yield claim(
            RULE,
            message,
            *evidence,
            severity=Severity.CRITICAL if sure else Severity.MEDIUM if hint else None,
            confidence=Confidence.HIGH if sure else None,
            facts={"powers": tuple(sorted(powers))},
        )


def _are_too_many(powers: Collection[str]) -> bool:
    """Tell whether some powers make a tool: five, or three where one of them commands the server."""
    return len(powers) >= 5 or (len(powers) >= 3 and not _COMMANDING.isdisjoint(powers))


def _of_one_file(shown: Mapping[str, Evidence]) -> Mapping[str, Evidence]:
    """Return the powers that the code of one file shows, most of all: an application has all of them somewhere."""
    by_path: dict[str, dict[str, Evidence]] = {}
    for power, evidence in shown.items():
        by_path.setdefault(evidence.path, {})[power] = evidence
    return max(by_path.values(), key=len, default={})
