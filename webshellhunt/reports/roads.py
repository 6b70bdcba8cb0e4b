"""Roads of data: the steps from a source to a sink, as the messages of detectors state them.

A message such as ``request data is executed as code: Request('k') → text → eval`` has the steps between arrows. The
message is shown whole as well, so that an odd key of a request can at most make an odd drawing.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import RuleOrigin
from webshellhunt.reports.printable import one_line

ARROW: Final = " → "
MOST_ROADS: Final = 4
MOST_STEPS: Final = 12
_LONGEST: Final = 2_000
_QUOTED = lazy_pattern(r"\('[^']*'\)|\(\"[^\"]*\"\)|\[[^\]]*\]")
_WORD = lazy_pattern(r"\w+")
_DECODERS = lazy_pattern(
    r"base64|decode|unescape|decompress|gzip|deflate|transformfinalblock|decrypt|getstring|replace"
)


class Stop(NamedTuple):
    """One step of a road: its kind (``source``, ``step`` or ``sink``), its name, and its meaning in words."""

    kind: str
    name: str
    meaning: str


class Road(NamedTuple):
    """A road from a source to a sink; ``note`` is a remark of the message about it."""

    stops: tuple[Stop, ...]
    note: str = ""

    @property
    def words(self) -> dict[str, str]:
        """The words of its names in lower case, each with the kind of its step."""
        return {word.lower(): stop.kind for stop in reversed(self.stops) for word in _WORD.findall(stop.name)}


def roads(finding: Finding, message: str) -> tuple[Road, ...]:
    """Return the roads of a finding; ``message`` is its message as it is shown. Only detectors state roads."""
    if finding.rule.origin is not RuleOrigin.DETECTOR or ARROW not in message:
        return ()
    return tuple(_roads(one_line(message, _LONGEST)))[:MOST_ROADS]


def _roads(message: str) -> Iterator[Road]:
    """Yield the roads of a message; separators in the key of a request don't count."""
    masked = _QUOTED.sub(lambda found: "\0" * len(found[0]), message)
    first = masked.find(ARROW)
    if first < 0:
        return
    start = masked.rfind(": ", 0, first) + 2 if ": " in masked[:first] else 0
    at = start
    for part in masked[start:].split("; "):
        if ARROW in part:
            yield _road(list(_pieces(message[at : at + len(part)], part)))
        at += len(part) + 2


def _pieces(text: str, masked: str) -> Iterator[str]:
    """Yield the parts of a road between its arrows, which are those of ``masked``."""
    at = 0
    for part in masked.split(ARROW):
        yield text[at : at + len(part)]
        at += len(part) + len(ARROW)


def _road(pieces: list[str]) -> Road:
    *before, last = pieces
    ended = re.fullmatch(r"(.*?)((?: \(.*\))|(?:, .*))?", last, re.DOTALL)
    sink, note = (ended[1], ended[2] or "") if ended is not None else (last, "")
    if len(before) > MOST_STEPS:
        before = [*before[: MOST_STEPS - 2], "…", before[-1]]
    source, *steps = before
    stops = [Stop("source", source, "starts here"), *(Stop("step", each, _meaning(each)) for each in steps)]
    return Road((*stops, Stop("sink", sink, "ends here")), note.strip(" ,()"))


def _meaning(step: str) -> str:
    if _DECODERS.search(step.lower()):
        return "decoded by"
    if step.lower().startswith(("session(", "application(", "cache(")):
        return "kept in"
    return "passed on through"
