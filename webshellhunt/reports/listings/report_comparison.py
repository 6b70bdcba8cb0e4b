"""The listing of a comparison of reports: the sentence, and for each host the subjects by their fate."""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from webshellhunt.model.comparison import Change, ChangeKind, Comparison, HostComparison
from webshellhunt.model.verdict import SubjectKind
from webshellhunt.reports.inert_values import inert_values
from webshellhunt.reports.printable import one_line
from webshellhunt.reports.records.fleet_records import comparison_record
from webshellhunt.reports.times import utc

_MOST: Final = 200
"""The most changes of one kind that a text lists; the JSON has all."""

_DIGITS: Final = 12


def json_lines(comparison: Comparison) -> Iterator[str]:
    """Yield the comparison as one JSON document."""
    yield json.dumps(comparison_record(inert_values(comparison)), indent=1) + "\n"


def text_lines(comparison: Comparison) -> Iterator[str]:
    """Yield the comparison as text, a path on each line."""
    comparison = inert_values(comparison)
    yield f"{one_line(comparison.sentence)}\n"
    for host in comparison.hosts:
        yield "\n"
        yield from (f"{line}\n" for line in _host_lines(host))
    for name in comparison.only_new:
        yield f"\n{one_line(name)}: only the new reports have this host; it is not compared\n"


def _host_lines(host: HostComparison) -> Iterator[str]:
    new = "no new report" if host.new_location is None else one_line(host.new_location)
    yield f"{one_line(host.name)}: {one_line(host.old_location)} -> {new}"
    for kind, changes in groupby(host.changes, key=lambda each: each.kind):
        listed = list(changes)
        yield ""
        yield f"{kind.words.capitalize()} ({len(listed):,})"
        for change in listed[:_MOST]:
            yield from _change_lines(change)
        if len(listed) > _MOST:
            yield f"  and {len(listed) - _MOST:,} more, which --format json lists"
    patch = list(_patch_lines(host))
    if patch:
        yield ""
        yield from patch
    if host.kept_keys:
        yield ""
        yield "Machine keys that are the same as before: change them if the intruder may have read them"
        yield from (f"  {one_line(key)}" for key in host.kept_keys[:_MOST])
    if host.changed_keys:
        yield ""
        yield "Machine keys that were changed"
        yield from (f"  {one_line(key)}" for key in host.changed_keys[:_MOST])
    if host.gaps:
        yield ""
        new_gaps = f"; {len(host.new_gaps):,} new" if host.new_gaps else "; the old report has all of them"
        yield f"Gaps of the new report that matter ({host.gaps:,}{new_gaps})"
        yield from (f"  {one_line(str(gap))}" for gap in host.new_gaps[:_MOST])
    if host.notes:
        yield ""
        yield "Limits of this comparison"
        yield from (f"  {one_line(note)}" for note in host.notes)


def _change_lines(change: Change) -> Iterator[str]:
    kind = "" if change.subject_kind is SubjectKind.FILE else f" ({change.subject_kind.value})"
    yield f"  {one_line(change.path)}{kind}"
    facts = list(_facts(change))
    if facts:
        yield f"    {'; '.join(facts)}"


def _facts(change: Change) -> Iterator[str]:
    if change.used_again_utc is not None:
        yield f"used again, last {utc(change.used_again_utc)}"
    if change.kind is ChangeKind.GONE:
        yield f"{change.before} before" + ("; its traces are left" if change.after is not None else "")
    elif change.before is not None and change.after is not None and change.before is not change.after:
        yield f"{change.before} before, {change.after} now"
    else:
        yield str(change.before if change.after is None else change.after)
    if change.other_path:
        moved = change.kind is ChangeKind.MOVED
        yield f"{'now at' if moved else 'the same content was at'} {one_line(change.other_path)}"
    if change.reason:
        yield one_line(change.reason)
    digests = [each[:_DIGITS] for each in (change.sha256_before, change.sha256_after) if each is not None]
    if digests:
        yield f"sha256 {' -> '.join(dict.fromkeys(digests))}"


def _patch_lines(host: HostComparison) -> Iterator[str]:
    before, after = host.build_before, host.build_after
    if before is None and after is None:
        return
    if before == after:
        yield f"Exchange: build {one_line(str(after))}, the same as before"
    else:
        yield f"Exchange: build {one_line(before or 'unknown')} before, {one_line(after or 'unknown')} now"
    if host.closed_waves:
        yield f"  closed now: {', '.join(map(one_line, host.closed_waves))}"
    if host.open_waves:
        yield f"  still open: {', '.join(map(one_line, host.open_waves))}"
