"""One page has the capabilities of an administration tool.

What it finds:
    A page whose code has several of these capabilities: run programs, evaluate code, list drives, write and delete
    files, read the registry, forge file times, list processes and users, query any database, scan the network. Three
    are enough if one of them is to run programs or code and two reach beyond the files of a site, five of any kind
    otherwise. Only uses count: a member that is called, an object that is made by
    its name, a date that is set, a statement that is run. Lists of components that a server may have, lists of words
    that a value must not have, messages, dates that are read and functions of the page's own are words.

Why it matters:
    A full-featured shell (a file manager with a command line) may receive its commands by data flows that the analysis
    does not follow.

Looks like:
    Hundreds of lines that list drives, edit files and start commands, protected by a password in the page.

Benign look-alikes:
    Installers and control panels of hosting products; each has some of these capabilities, hardly ever with a command
    line. Those with an access check of the application before they act are suspicious at most (fact ``access_check``).
    A password that the page itself checks and stores in the session is no such check.

Blind spots:
    A tool that is split over several pages or included files, each with one capability: a whole application has all of
    them, so that the capabilities of one file count.

References:
    https://attack.mitre.org/software/S0073/
"""

from collections.abc import Collection, Mapping

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.model.findings import Evidence
from webshellhunt.pages.kinds import nature_of
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1007", "high", "medium", is_tool=True)
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

_COUNTED = frozenset({"lists-drives", "walks-accounts", "writes-registry", "starts-program", "connects-by-socket"})
"""Capabilities that rules of their own report, which are the same acts as those that are counted here."""


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Findings:
    """Report a page with too many capabilities."""
    tokens = code.analysis.powers if _are_too_many(code.analysis.possible_powers) else {}
    if not _are_too_many(tokens):
        return
    found = _of_one_file({capability: layer.place_evidence(code, token) for capability, token in tokens.items()})
    if _are_too_many(found) and not _is_page_apart(next(iter(found.values())).path, layer):
        evidence = list(found.values())[:4]
        message = f"the page can {', '.join(sorted(found))}"
        uses = [each[0].place for name, each in code.analysis.uses.items() if name in _COUNTED and each]
        acts = [*found.values(), *(layer.place_evidence(code, token) for token in uses)]
        yield claim(RULE, message, *evidence, facts={"powers": tuple(sorted(found))}, acts=acts)


def _is_page_apart(path: str, layer: Layer) -> bool:
    """Return True if a file is an included page, which is judged by itself: what it can do is said once."""
    artifact = layer.sample.artifact
    return layer.is_joined and path != artifact.path and nature_of(path, artifact.settings).executable


def _are_too_many(capabilities: Collection[str]) -> bool:
    """Return True for five capabilities, or three if one runs programs or code and two reach beyond the site."""
    if len(capabilities) >= 5:
        return True
    commands = not _COMMANDING.isdisjoint(capabilities)
    return len(capabilities) >= 3 and commands and len(_REACHING.intersection(capabilities)) >= 2


def _of_one_file(evidence_of: Mapping[str, Evidence]) -> Mapping[str, Evidence]:
    """Return the capabilities of the file with the most: a whole application has all of them."""
    by_path: dict[str, dict[str, Evidence]] = {}
    for capability, evidence in evidence_of.items():
        by_path.setdefault(evidence.path, {})[capability] = evidence
    return max(by_path.values(), key=len, default={})
