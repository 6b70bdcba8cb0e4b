"""Findings that the user's acceptance files or baselines override, in rows, so that none is hidden."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from webshellhunt.model.acceptance import AcceptanceState, AcceptanceUse
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Verdict
from webshellhunt.reports.content.subjects import disposition_words
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import one_line, verbatim
from webshellhunt.reports.redaction import Redaction

T = TypeVar("T")

SHOWN = 20
"""Largest number of verdicts or entries in a section without ``--all``."""

EXAMPLES = 3
"""Largest number of paths shown for an entry."""

_WORD = 120


def iter_sections(report: Report, options: Options) -> Iterator[tuple[str, list[str]]]:
    """Yield the title and the rows of each section that is not empty."""
    known = [verdict for verdict in report.verdicts if verdict.is_known_and_accused]
    if known:
        rows = [_known(verdict, options) for verdict in known]
        yield f"Listed in your baseline, but suspicious ({len(known):,})", _cut(rows, options)
    accepted = [verdict for verdict in report.verdicts if verdict.is_accepted]
    if accepted:
        rows = [row for verdict in _cut_to(accepted, options) for row in _accepted(verdict)]
        more = len(accepted) - len(_cut_to(accepted, options))
        rows += [f"and {more:,} more (--all lists each)"] if more else []
        yield f"Accepted by you ({len(accepted):,})", rows
    rows = [row for use in report.acceptances if (row := _use(use, interrupted=report.interrupted))]
    if rows:
        yield "Entries of --accept to review", _cut(rows, options)


def _known(verdict: Verdict, options: Options) -> str:
    redaction = Redaction(verdict, show_secrets=options.show_secrets)
    reason = one_line(redaction.text(next(iter(verdict.reasons[1:]), "")), _WORD)
    return f"{verdict.otherwise} {verbatim(verdict.subject.path)}: {reason}"


def _accepted(verdict: Verdict) -> Iterator[str]:
    """Yield a row for a verdict, then one for each entry that accepts something of it."""
    instead = f", {verdict.otherwise} without" if verdict.otherwise is not None else ""
    yield f"{verbatim(verdict.subject.path)} ({disposition_words(verdict.disposition)}{instead})"
    rules: dict[str, list[str]] = {}
    for finding in verdict.findings:
        if finding.accepted and finding.acceptance is not None:
            entry = finding.acceptance
            words = f"accepted until {entry.until} by {one_line(entry.by, _WORD)}: {one_line(entry.reason, _WORD)}"
            if entry.sha256 is None and verdict.subject.sha256 is not None:
                words += (
                    " (any content is accepted, since the entry has no sha256; this file's is "
                    f"{verdict.subject.sha256})"
                )
            rules.setdefault(words, []).append(one_line(finding.rule.id))
    yield from (f"  {', '.join(dict.fromkeys(ids))} {words}" for words, ids in rules.items())


def _use(use: AcceptanceUse, *, interrupted: bool) -> str | None:
    """Return a note about an entry that is expired, unused or not limited to a path or digest."""
    entry = use.acceptance
    name = f"entry {entry.number} of {one_line(entry.file, _WORD)} ({one_line(entry.terms, _WORD)})"
    until = f"accepted until {entry.until} by {one_line(entry.by, _WORD)}"
    if use.state is AcceptanceState.EXPIRED:
        more = f" and {len(use.paths) - EXAMPLES:,} more" if len(use.paths) > EXAMPLES else ""
        named = ", ".join(verbatim(path) for path in use.paths[:EXAMPLES])
        return f"{name}: {until}: expired, so its findings count again: {named}{more}"
    if use.state is AcceptanceState.UNUSED:
        words = "expired, and " if entry.expired else ""
        return None if interrupted else f"{name}: {until}: {words}it matches no finding in this hunt"
    if entry.sha256 is None and entry.path is None:
        return (
            f"{name}: it accepts this rule for EVERY file, back doors included: {use.findings:,} findings in "
            f"{len(use.paths):,} files; add path or sha256 to the entry"
        )
    return None


def _cut(rows: Sequence[str], options: Options) -> list[str]:
    shown = _cut_to(rows, options)
    more = [f"and {len(rows) - len(shown):,} more (--all lists each)"] if len(rows) > len(shown) else []
    return [*shown, *more]


def _cut_to(rows: Sequence[T], options: Options) -> Sequence[T]:
    return rows if options.show_all else rows[:SHOWN]
