"""Sentences about a fleet: its head, and the limits of the comparison."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from webshellhunt.fleets.stacking import MOST_PLACES, Stack, bits
from webshellhunt.model.fleet import LEAST_PEERS, FleetHost, Outlier, Shared, SharedKind, TimeOf

_MOST_NAMED: Final = 5


def head_sentence(
    rows: Sequence[FleetHost], shared: Sequence[Shared], outliers: Sequence[Outlier], noun: str = "host"
) -> str:
    """Return one sentence: how many hosts have back doors, and how the first shared shell spread."""
    parts = [_state(rows, noun)]
    shells = [each for each in shared if each.kind is SharedKind.SHELL]
    if shells:
        parts.append(_spread(max(shells, key=lambda each: (each.worst, each.host_count))))
    quiet = sum(each.files for each in outliers if not each.is_accused)
    if quiet:
        differ = "1 file that no rule accuses differs" if quiet == 1 else f"{quiet:,} files that no rule accuses differ"
        parts.append(f"{differ} from the peers")
    return "; ".join(parts) + "."


def _state(rows: Sequence[FleetHost], noun: str) -> str:
    total = len({row.name.casefold() for row in rows})
    backdoored = len({row.name.casefold() for row in rows if row.malicious})
    only_suspicious = len({row.name.casefold() for row in rows if row.suspicious and not row.malicious})
    if not backdoored and not only_suspicious:
        return f"No back door was found on {_many(total, noun)}"
    words = []
    if backdoored:
        words.append(f"{backdoored:,} of {_many(total, noun)} {'has' if backdoored == 1 else 'have'} back doors")
    if only_suspicious:
        have = "has" if only_suspicious == 1 else "have"
        words.append(f"{only_suspicious:,}{'' if words else f' of {_many(total, noun)}'} {have} only suspicious items")
    return ", ".join(words)


def _spread(shell: Shared) -> str:
    first = shell.hosts[0]
    words = f"the same shell is on {shell.host_count:,}"
    if first.when_utc is None:
        return f"{words}, at unknown times"
    event = "" if first.time_of is TimeOf.PLANTING else f" ({first.time_of.words})"
    return f"{words}, first on {first.host} on {first.when_utc.date()}{event}"


def notes_on(
    rows: Sequence[FleetHost], stack: Stack, names: Sequence[str], uncompared: Mapping[str, int]
) -> Iterator[str]:
    """Yield the limits of the comparison."""
    sources = Counter(row.name.casefold() for row in rows)
    for name in sorted(names):
        if sources[name.casefold()] > 1:
            yield f"{name}: {sources[name.casefold()]} reports are of this host; they count as one host"
    unknown = sorted(names[at] for at in bits(stack.unknown_build))
    if unknown:
        yield f"files of Exchange are not compared, as the build is unknown: {_some(unknown)}"
    if len(names) <= LEAST_PEERS:
        yield f"files are compared only among more than {LEAST_PEERS} hosts: with fewer, none has enough peers"
    partial = sorted({row.name for row in rows if row.interrupted})
    if partial:
        yield f"interrupted, so that a file may be missing there: {_some(partial)}"
    for name, count in sorted(uncompared.items()):
        yield f"{name}: {count:,} further accused items are not compared; its report has them"
    if stack.is_cut:
        yield f"only {MOST_PLACES:,} places of files are compared, those of setups first"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{', '.join(names[:_MOST_NAMED])}{more}"
