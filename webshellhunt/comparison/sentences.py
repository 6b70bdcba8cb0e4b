"""The sentence of a comparison, which says first whether the accused subjects are gone."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from webshellhunt.model.comparison import Change, ChangeKind, ComparisonState, HostComparison
from webshellhunt.model.verdict import Disposition, SubjectKind

_THERE: Final = (ChangeKind.REMAINS, ChangeKind.CHANGED, ChangeKind.MOVED)
_MOST_NAMED: Final = 1


def state_of(hosts: Sequence[HostComparison], accused: Sequence[str] = ()) -> ComparisonState:
    """Return the result: a subject that is there decides before an uncertain one.

    ``accused``: the names of hosts that only the new reports have, and accuse.
    """
    changes = [each for host in hosts for each in host.changes]
    if any(each.kind in _THERE or each.kind is ChangeKind.NEW for each in changes):
        return ComparisonState.REMAINS
    if hosts and not accused and all(map(_is_whole, hosts)) and all(each.is_settled for each in changes):
        return ComparisonState.ALL_GONE
    return ComparisonState.UNKNOWN


def sentence_of(hosts: Sequence[HostComparison], accused: Sequence[str] = ()) -> str:
    """Return the sentence: how many are gone, still there, new, and uncertain."""
    changes = [each for host in hosts for each in host.changes]
    counts = Counter(each.kind for each in changes)
    old = [each for each in changes if each.kind is not ChangeKind.NEW]
    settled = sum(each.is_settled for each in changes if each.kind is ChangeKind.NOT_ACCUSED)
    unknown = counts[ChangeKind.NOT_EXAMINED] + counts[ChangeKind.NOT_ACCUSED] - settled
    parts = [_gone(old, counts[ChangeKind.GONE], settled, unknown)]
    parts += [_named([each for each in changes if each.kind is kind], kind.words) for kind in _THERE if counts[kind]]
    again = [each for each in changes if each.used_again_utc is not None]
    if again:
        parts.append(f"{_count(again)} used after the first hunt")
    if counts[ChangeKind.NEW]:
        parts.append(f"{counts[ChangeKind.NEW]:,} new")
    if settled and settled < len(old):
        parts.append(f"{settled:,} no longer accused")
    if unknown:
        parts.append(f"{unknown:,} uncertain")
    gaps = sum(host.gaps for host in hosts)
    if gaps:
        parts.append("1 gap that matters" if gaps == 1 else f"{gaps:,} gaps that matter")
    parts += dict.fromkeys(host.doubt for host in hosts if host.doubt)
    missing = [host.name for host in hosts if host.new_location is None]
    if missing:
        parts.append(f"no new report of {missing[0] if len(missing) == 1 else f'{len(missing):,} hosts'}")
    if accused:
        parts.append(
            f"only the new reports have {accused[0] if len(accused) == 1 else f'{len(accused):,} accused hosts'}"
        )
    return "; ".join(parts) + "."


def _is_whole(host: HostComparison) -> bool:
    """Return True if the new hunt of a host examined everything that matters."""
    return host.new_location is not None and not host.doubt and not host.gaps


def _gone(old: Sequence[Change], gone: int, settled: int, unknown: int) -> str:
    if not old:
        return "The old report accuses nothing that a clean-up removes"
    noun = _noun(old)
    if gone == len(old):
        return f"The {noun} is gone" if len(old) == 1 else f"All {len(old):,} {noun}s are gone"
    if settled == len(old):
        return (
            f"The {noun} is no longer accused" if len(old) == 1 else f"All {len(old):,} {noun}s are no longer accused"
        )
    if unknown == len(old):
        they = f"{noun} is" if len(old) == 1 else f"{len(old):,} {noun}s are"
        return f"It is unknown whether the {they} gone"
    if not gone:
        known = " known to be" if unknown else ""
        return f"The {noun} is not gone" if len(old) == 1 else f"None of the {len(old):,} {noun}s is{known} gone"
    return f"{gone:,} of {len(old):,} {noun}s {'is' if gone == 1 else 'are'} gone"


def _noun(changes: Sequence[Change]) -> str:
    is_malicious = all(each.before is Disposition.MALICIOUS for each in changes)
    is_file = all(each.subject_kind is SubjectKind.FILE for each in changes)
    return "back door" if is_malicious and is_file else "accused item"


def _named(changes: Sequence[Change], words: str) -> str:
    if len(changes) > _MOST_NAMED:
        return f"{len(changes):,} are {words}"
    change = changes[0]
    return f"{change.path} is {words}" + (f" to {change.other_path}" if change.kind is ChangeKind.MOVED else "")


def _count(changes: Sequence[Change]) -> str:
    return "1 was" if len(changes) == 1 else f"{len(changes):,} were"
