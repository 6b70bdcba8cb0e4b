"""``compare``: the old reports of some hosts against their new ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from webshellhunt.comparison.changes import HostChanges
from webshellhunt.comparison.keys import compare_keys
from webshellhunt.comparison.scope import lists_all, only_logs
from webshellhunt.comparison.sentences import sentence_of, state_of
from webshellhunt.errors import WrongTypeError
from webshellhunt.model.arguments import type_words
from webshellhunt.model.comparison import Comparison, HostComparison
from webshellhunt.model.findings import Gap
from webshellhunt.model.patches import FixState
from webshellhunt.model.report import InputState, Report

_LOST: Final = (InputState.PARTIAL, InputState.MISSING)


def compare(old: Report | Iterable[Report], new: Report | Iterable[Report]) -> Comparison:
    """Compare reports of the same hosts, such as before and after a clean-up.

    A subject is gone only if the new hunt examined its place. Hosts are matched by name, else by location; one old and
    one new report without different names are of the same host.

    Args:
        old: The result of the first hunt, or several.
        new: The result of the second one, or several.

    Raises:
        WrongTypeError: An argument is neither a report nor several.

    Examples:
        >>> import webshellhunt as wsh
        >>> from webshellhunt.selftest.demo import demo_source
        >>> before = wsh.hunt(demo_source())
        >>> print(wsh.compare(before, before).sentence)  # nothing was cleaned up
        None of the 10 accused items is gone; 10 are still there.
    """
    before, after = _reports_of(old, "old"), _reports_of(new, "new")
    pairs = list(_pairs(before, after))
    compared = tuple(_compared(name, first, second) for name, first, second in pairs if first)
    only_new = tuple(name for name, first, _ in pairs if not first)
    return Comparison(state_of(compared), sentence_of(compared), compared, only_new)


def _reports_of(reports: object, name: str) -> list[Report]:
    found = [reports] if isinstance(reports, Report) else reports
    if not isinstance(found, Iterable) or isinstance(found, str | bytes):
        raise WrongTypeError(f"compare: {name} is {type_words(reports)}; pass a result of hunt, or several")
    listed = list(found)
    for each in listed:
        if not isinstance(each, Report):
            raise WrongTypeError(f"compare: {name} contains a value {type_words(each)}; pass results of hunt")
    return listed


def _pairs(old: Sequence[Report], new: Sequence[Report]) -> Iterator[tuple[str, list[Report], list[Report]]]:
    """Yield the name of each host, with its old and its new reports."""
    if len(old) == len(new) == 1 and not _differ(old[0], new[0]):
        yield _name(old[0]) if old[0].host.name else _name(new[0]), list(old), list(new)
        return
    hosts: dict[str, tuple[str, list[Report], list[Report]]] = {}
    for number, reports in enumerate((old, new), 1):
        for report in reports:
            entry = hosts.setdefault(_name(report).casefold(), (_name(report), [], []))
            entry[number].append(report)  # type: ignore[union-attr]
    yield from hosts.values()


def _differ(old: Report, new: Report) -> bool:
    """Return True if both reports name their computers, and not the same one."""
    names = {each.host.name.casefold() for each in (old, new) if each.host.name is not None}
    return len(names) > 1


def _name(report: Report) -> str:
    return report.host.name or report.location


def _compared(name: str, old: list[Report], new: list[Report]) -> HostComparison:
    gaps = {(gap.code, gap.path) for report in old for gap in report.gaps}
    matter = [gap for report in new for gap in report.gaps if gap.matters]
    was_open, is_open = _open_waves(old), _open_waves(new)
    keys = compare_keys(old, new)
    known = [report for report in new if report.patch_state is not None]
    return HostComparison(
        name,
        ", ".join(report.location for report in old),
        ", ".join(report.location for report in new) if new else None,
        HostChanges(old, new).all(),
        _build(old),
        _build(new),
        tuple(wave for wave in was_open if known and wave not in is_open),
        is_open,
        tuple(gap for gap in matter if not _is_in(gap, gaps)),
        len(matter),
        keys.kept,
        keys.changed,
        tuple(_notes(old, new)),
        not only_logs(new),
    )


def _is_in(gap: Gap, gaps: set[tuple[str, str]]) -> bool:
    return (gap.code, gap.path) in gaps


def _open_waves(reports: Sequence[Report]) -> tuple[str, ...]:
    states = [report.patch_state for report in reports if report.patch_state is not None]
    return tuple(dict.fromkeys(each.wave.name for state in states for each in state.waves_in(FixState.OPEN)))


def _build(reports: Sequence[Report]) -> str | None:
    return next((each.patch_state.build for each in reports if each.patch_state is not None), None)


def _notes(old: Sequence[Report], new: Sequence[Report]) -> Iterator[str]:
    """Yield the limits of the comparison."""
    if not new:
        yield "the new reports don't have this host"
        return
    if only_logs(new):
        yield "the new hunt read the logs alone: it examined no file"
    elif not lists_all(new):
        yield "the new report does not list benign files: hunt with --all to see the files at the paths of those gone"
    for name in new[0].coverage._fields:
        states = [[getattr(report.coverage, name) for report in reports] for reports in (old, new)]
        if InputState.HELD in states[0] and all(each in _LOST for each in states[1]):
            yield f"the new evidence has less of this input than the old one: {name}"
    versions = [sorted({report.run.version for report in reports}) for reports in (old, new)]
    if versions[0] != versions[1]:
        shown = [", ".join(each) or "unknown" for each in versions]
        yield f"the reports are of different versions of webshellhunt ({shown[0]} and {shown[1]})"
    times = [[r.run.started_utc for r in reports if r.run.started_utc is not None] for reports in (old, new)]
    if all(times) and min(times[1]) < max(times[0]):
        yield "the new report is older than the old one: check the order of the two"
