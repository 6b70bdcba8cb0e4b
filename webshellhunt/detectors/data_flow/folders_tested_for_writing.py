"""A page walks the disk and tests where it can write.

What it finds:
    A recursive walk through folders, and in each folder a file that is created, left empty, and deleted again.

Why it matters:
    An intruder looks for a folder where the service can write a file and execute it: the step before the next shell.

Looks like:
    A function that calls itself for each subfolder; ``File.Create(…).Close()`` followed by ``File.Delete``, or
    ``CreateTextFile`` whose result is not used.

Benign look-alikes:
    Setup pages test a few folders by name, without a walk.

Blind spots:
    Tests that write content first, or read the permissions of a folder instead.
"""

from webshellhunt.analysis.prefilter.features import sinks_of
from webshellhunt.analysis.structure.arguments import arguments_at, is_dropped, name_at, words_of
from webshellhunt.analysis.structure.walks import find_walk
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1014", "high", "medium", "T1505.003", "T1083")
_WALKS = frozenset({"subfolders", "getdirectories", "enumeratedirectories", "getsubkeynames"})
_DELETES = frozenset({"deletefile", "delete", "deletefolder", "kill"})
_CLOSES = frozenset({"close", "dispose"})
_MAKES = frozenset({"createtextfile", "create", "createtext"})


@detector(RULE, on=Code, needs=[_WALKS, _DELETES, _MAKES, sinks_of("write-path")])
def find(code: Code, layer: Layer) -> Findings:
    """Report a walk through folders in a page that creates files only to delete them."""
    if _DELETES.isdisjoint(code.analysis.words()):
        return
    walked = find_walk(code.unit, _WALKS)
    created = next((t for s, _, t in code.analysis.sinks if s.kind == "write-path" and _is_thrown_away(code, t)), None)
    if walked is not None and created is not None:
        evidence = (layer.place_evidence(code, created), layer.place_evidence(code, walked))
        message = "the page walks through folders and creates a file in each, only to delete it"
        yield claim(RULE, message, *evidence, acts=evidence[:1])  # other rules may report the walk itself


def _is_thrown_away(code: Code, place: int) -> bool:
    """Return True if the file that a sink creates is closed at once, or the result is not used."""
    index = code.analysis.index
    if name_at(index, place) not in _MAKES or not is_dropped(index, place, _CLOSES):
        return False
    return "false" not in words_of(index, arguments_at(index, place))  # a file manager overwrites no file
