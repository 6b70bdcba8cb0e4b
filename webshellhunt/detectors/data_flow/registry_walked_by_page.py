"""A page walks the registry of the server.

What it finds:
    A page that walks registry keys recursively, without a fixed list of keys.

Why it matters:
    An intruder searches the registry for paths: folders of other sites, programs with weak permissions, places of
    passwords. The result shows him the next target.

Looks like:
    A stack that starts with all hives, or a function that calls itself, around ``GetSubKeyNames`` or ``EnumKey``.

Benign look-alikes:
    Pages that read a few keys by name, or list the direct subkeys of one key.

Blind spots:
    Registry browsers that show one key at a time.
"""

from webshellhunt.analysis.structure.walks import find_walk
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1021", "high", "medium", "T1505.003", "T1012")
_LISTS_SUBKEYS = frozenset({"getsubkeynames", "enumkey"})


@detector(RULE, on=Code, needs=[_LISTS_SUBKEYS])
def find(code: Code, layer: Layer) -> Findings:
    """Report a walk through keys, at the first call that lists subkeys."""
    walked = find_walk(code.unit, _LISTS_SUBKEYS)
    if walked is not None:
        yield claim(RULE, "the page walks the registry of the server", layer.place_evidence(code, walked))
