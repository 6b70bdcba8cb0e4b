"""``compare``: the old reports of some hosts against their new ones."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from webshellhunt.comparison.changes import HostChanges
from webshellhunt.comparison.scope import lists_all, only_logs, path_key
from webshellhunt.comparison.sentences import sentence_of, state_of
from webshellhunt.errors import WrongTypeError
from webshellhunt.model.arguments import type_words
from webshellhunt.model.comparison import Comparison, HostComparison
from webshellhunt.model.findings import Gap
from webshellhunt.model.patches import FixState
from webshellhunt.model.report import InputState, Report
from webshellhunt.reports.redaction import fingerprint

_LOST: Final = (InputState.PARTIAL, InputState.MISSING, InputState.NOT_READ)
_NAME_THEM: Final = "name each host in a list of locations (NAME=LOCATION in a file for --from-list)"
_NO_LOGS: Final = "whether a page was used again is unknown: the new hunt had no logs, or not all of them"
_FACTS: Final = ("validation_key", "decryption_key")
"""The facts that are whole machine keys. An excerpt may be cut in a key, and may have other secrets beside it."""


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
        None of the 11 accused items is gone; 11 are still there.
    """
    before, after = _reports_of(old, "old"), _reports_of(new, "new")
    pairs = list(_pairs(before, after))
    compared = tuple(_compared(name, first, second) for name, first, second in pairs if first)
    only_new = {name: any(report.accused for report in second) for name, first, second in pairs if not first}
    accused = [name for name, is_accused in only_new.items() if is_accused]
    return Comparison(state_of(compared, accused), sentence_of(compared, accused), compared, tuple(only_new))


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
        yield old[0].host.name or _name(new[0]), list(old), list(new)
        return
    first, second = _by_name(old), _by_name(new)
    folders = [_by_folder(hosts, others) for hosts, others in ((first, second), (second, first))]
    for key, reports in first.items():
        folder = _folder(reports)
        other = key if key in second else folders[1].get(folder) if folders[0].get(folder) == key else None
        yield _name(reports[0]), reports, [] if other is None else second.pop(other)
    yield from ((_name(reports[0]), [], reports) for reports in second.values())


def _by_name(reports: Sequence[Report]) -> dict[str, list[Report]]:
    """Return the reports of each host, by its name, else by its location."""
    found: dict[str, list[Report]] = {}
    for report in reports:
        found.setdefault(_name(report).casefold(), []).append(report)
    return found


def _by_folder(hosts: Mapping[str, list[Report]], others: Mapping[str, list[Report]]) -> dict[str, str | None]:
    """Return the hosts without a name that the other side lacks, by the name of their folder; ``None`` for several.

    The images of one hunt are often in a folder of its day: ``day1/EXCH01`` and ``day2/EXCH01``.
    """
    found: dict[str, str | None] = {}
    for key, reports in hosts.items():
        if key not in others and all(report.host.name is None for report in reports):
            folder = _folder(reports)
            found[folder] = None if folder in found else key
    return found


def _folder(reports: Sequence[Report]) -> str:
    return path_key(reports[0].location).rpartition("\\")[2]


def _differ(old: Report, new: Report) -> bool:
    """Return True if both reports name their computers, and not the same one."""
    names = {each.host.name.casefold() for each in (old, new) if each.host.name is not None}
    return len(names) > 1


def _doubt(old: Sequence[Report], new: Sequence[Report]) -> str:
    """Return why all that is compared is uncertain, in words; empty if nothing is."""
    if only_logs(new):
        return "the new hunt read the logs alone"
    before, after = ({name.casefold() for r in each for name in (_name(r), r.location)} for each in (old, new))
    if new and not before & after:
        return "it is not known that both reports are of the same computer"
    return ""


def _name(report: Report) -> str:
    return report.host.name or report.location


def _compared(name: str, old: list[Report], new: list[Report]) -> HostComparison:
    gaps = {(gap.code, gap.path) for report in old for gap in report.gaps}
    matter = [gap for report in new for gap in report.gaps if gap.matters]
    was_open, is_open = _open_waves(old), _open_waves(new)
    keys, doubt = compare_keys(old, new), _doubt(old, new)
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
        tuple(_notes(old, new, doubt)),
        doubt,
    )


def _is_in(gap: Gap, gaps: set[tuple[str, str]]) -> bool:
    return (gap.code, gap.path) in gaps


def _open_waves(reports: Sequence[Report]) -> tuple[str, ...]:
    states = [report.patch_state for report in reports if report.patch_state is not None]
    return tuple(dict.fromkeys(each.wave.name for state in states for each in state.waves_in(FixState.OPEN)))


def _build(reports: Sequence[Report]) -> str | None:
    return next((each.patch_state.build for each in reports if each.patch_state is not None), None)


def _notes(old: Sequence[Report], new: Sequence[Report], doubt: str) -> Iterator[str]:
    """Yield the limits of the comparison."""
    if not new:
        yield f"the new reports don't have this host by its name or location: {_NAME_THEM}"
        return
    if doubt:
        yield f"{doubt}: {'it examined no file' if only_logs(new) else _NAME_THEM}"
    if not lists_all(new):
        yield "the new report does not list benign files: hunt with --all to see what is at the paths of those gone"
    for name in new[0].coverage._fields:
        states = [[getattr(report.coverage, name) for report in reports] for reports in (old, new)]
        if InputState.HELD in states[0] and all(each in _LOST for each in states[1]):
            yield f"the new evidence has less of this input than the old one: {name}"
            if name == "logs":
                yield _NO_LOGS
    versions = [sorted({report.run.version for report in reports}) for reports in (old, new)]
    if versions[0] != versions[1]:
        shown = [", ".join(each) or "unknown" for each in versions]
        yield f"the reports are of different versions of webshellhunt ({shown[0]} and {shown[1]})"
    times = [[r.run.started_utc for r in reports if r.run.started_utc is not None] for reports in (old, new)]
    if all(times) and min(times[1]) < max(times[0]):
        yield "the new report is older than the old one: check the order of the two"


class Keys(NamedTuple):
    """The keys of the old reports that the new ones have as well, and those whose place has another key now."""

    kept: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


class _Key(NamedTuple):
    name: str
    fingerprint: str
    path: str

    def __str__(self) -> str:
        return f"{self.fingerprint} in {self.path}"

    @property
    def place(self) -> tuple[str, str]:
        return self.name, path_key(self.path)


def compare_keys(old: Sequence[Report], new: Sequence[Report]) -> Keys:
    """Return the machine keys that are in both reports, and those that were changed, each with its file.

    A key that an intruder has read opens the server until it is changed. Saved reports have its fingerprint alone.
    """
    before, after = _keys(old), _keys(new)
    there = {key.fingerprint for key in after}
    places = {key.place for key in after}
    kept = [str(key) for key in before if key.fingerprint in there]
    changed = [str(key) for key in before if key.fingerprint not in there and key.place in places]
    return Keys(tuple(kept), tuple(changed))


def _keys(reports: Sequence[Report]) -> dict[_Key, None]:
    """Return the keys in the order of the reports, each once."""
    return {
        _Key(name, fingerprint(value), verdict.subject.path): None
        for report in reports
        for verdict in report.verdicts
        for finding in verdict.findings
        for name in _FACTS
        if isinstance(value := finding.facts.get(name), str) and value
    }
