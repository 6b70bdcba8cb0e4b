"""Sentences about a fleet: its head, and the limits of the comparison."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from webshellhunt.fleets.hosts import worst_first
from webshellhunt.fleets.stacking import MOST_PLACES, Stack, bits
from webshellhunt.model.fleet import LEAST_PEERS, SUSPICIOUS_TRACES, FleetHost, Outlier, Shared, SharedKind
from webshellhunt.model.report import AssessmentState
from webshellhunt.views.figures import count_in_words, names_in_words

_MOST_NAMED: Final = 5
_MOST_NOTES: Final = 20
_BACK_DOORS: Final = "back doors"
_WORDS: Final[dict[str, str]] = {
    AssessmentState.BACKDOORED_DESPITE_PATCH: _BACK_DOORS,
    AssessmentState.BACKDOORED_AND_VULNERABLE: _BACK_DOORS,
    AssessmentState.BACKDOORED: _BACK_DOORS,
    AssessmentState.SUSPICIOUS_ONLY: "only suspicious items",
    AssessmentState.EXPLOITATION_TRACES_ONLY: "traces of exploitation",
    SUSPICIOUS_TRACES: SUSPICIOUS_TRACES,
    AssessmentState.KEYS_OR_CREDENTIALS_EXPOSED: "exposed keys or credentials",
    AssessmentState.INCOMPLETE: "gaps that matter and nothing found",
}
"""The states that the head counts, the worst first, in words after *have*."""


class Kind(NamedTuple):
    """The kind of the locations, for the head: a noun for one, and the words before the number if nothing was found."""

    noun: str = "host"
    nothing: str = "No back door was found on"


FOLDERS: Final = Kind("location")
LOGS: Final = Kind(nothing="No trace of an intruder was found in the logs of")


def head_sentence(
    rows: Sequence[FleetHost],
    shared: Sequence[Shared],
    outliers: Sequence[Outlier],
    kind: Kind | None = None,
    unopened: int = 0,
) -> str:
    """Return one sentence: how many hosts have back doors, how many locations not opened, how a shared shell spread."""
    if not rows:
        failed = f"{count_in_words(unopened, 'location')} could not be opened, and n" if unopened else "N"
        return f"{failed}o host was hunted through."
    parts = [_state(rows, kind or Kind())]
    if unopened:
        parts.append(f"{unopened:,} more location{'' if unopened == 1 else 's'} could not be opened")
    shells = [each for each in shared if each.kind is SharedKind.SHELL]
    if shells:
        parts.append(_spread(max(shells, key=lambda each: (each.worst, each.host_count))))
    quiet = sum(each.files for each in outliers if not each.is_accused)
    if quiet:
        differ = "1 file that no rule accuses differs" if quiet == 1 else f"{quiet:,} files that no rule accuses differ"
        parts.append(f"{differ} from the peers")
    return "; ".join(parts) + "."


def _state(rows: Sequence[FleetHost], kind: Kind) -> str:
    """Return how many hosts are in each state that needs an action; of two reports of a host the worse counts."""
    worst: dict[str, str] = {}
    for row in sorted(rows, key=worst_first):
        worst.setdefault(row.name.casefold(), row.shown_state)
    counts = Counter(_WORDS[state] for state in worst.values() if state in _WORDS)
    total = count_in_words(len(worst), kind.noun)
    found = [each for each in dict.fromkeys(_WORDS.values()) if counts[each]]
    words = [f"{counts[each]:,} {_have(counts[each])} {each}" for each in found]
    if found and (found[0] == _BACK_DOORS or kind == LOGS):
        words[0] = f"{counts[found[0]]:,} of {total} {_have(counts[found[0]])} {found[0]}"
        return ", ".join(words)
    return ", ".join([f"{kind.nothing} {total}", *words])


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


def _spread(shell: Shared) -> str:
    first = shell.hosts[0]
    words = f"the same shell is on {shell.host_count:,}"
    if first.when_utc is None:
        return f"{words}, at unknown times"
    unknown = f", at an unknown time on {shell.undated:,}" if shell.undated else ""
    return f"{words}, first known on {first.host}, {first.time_of.words} {first.when_utc.date()}{unknown}"


_PARTIAL: Final = "the evidence is only a part of the files, so that an absent one means nothing there"
_SHORTENED: Final = "the saved report does not list benign files, so that they are not compared; hunt with --all"


def _without_absences(stack: Stack, names: Sequence[str]) -> Iterator[str]:
    """Yield the hosts on which an absent file means nothing, with the reason."""
    for hosts, limit in ((stack.partial, _PARTIAL), (stack.shortened, _SHORTENED)):
        limited = sorted(names[at] for at in bits(hosts & ~stack.complete))
        if limited:
            yield f"{limit}: {names_in_words(limited, _MOST_NAMED)}"


def notes_on(
    rows: Sequence[FleetHost], stack: Stack, names: Sequence[str], uncompared: Mapping[str, int]
) -> Iterator[str]:
    """Yield the limits of the comparison."""
    sources = Counter(row.name.casefold() for row in rows)
    repeated = [name for name in sorted(names) if sources[name.casefold()] > 1]
    for name in repeated[:_MOST_NOTES]:
        yield f"{name}: {sources[name.casefold()]} reports are of this host; they count as one host"
    if len(repeated) > _MOST_NOTES:
        further = count_in_words(len(repeated) - _MOST_NOTES, "further host")
        yield f"{further}: several reports are of each, which count as one host"
    unknown = sorted(names[at] for at in bits(stack.unknown_build))
    if unknown:
        yield f"files of Exchange are not compared, as the build is unknown: {names_in_words(unknown, _MOST_NAMED)}"
    if len(names) <= LEAST_PEERS and stack.complete:
        yield f"files are compared only among more than {LEAST_PEERS} hosts: with fewer, none has enough peers"
    yield from _without_absences(stack, names)
    partial = sorted({row.name for row in rows if row.interrupted})
    if partial:
        yield f"interrupted, so that a file may be missing there: {names_in_words(partial, _MOST_NAMED)}"
    for name, count in sorted(uncompared.items()) if len(uncompared) <= _MOST_NOTES else ():
        yield f"{name}: {count:,} further accused items are not compared; its report has them"
    if len(uncompared) > _MOST_NOTES:
        items = f"{sum(uncompared.values()):,} further accused items of {len(uncompared):,} hosts"
        yield f"{items} are not compared; their reports have them"
    if stack.is_cut:
        yield f"only {MOST_PLACES:,} places of files are compared, those of setups first"
