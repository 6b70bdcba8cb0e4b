"""``webshellhunt baseline``: make and show lists of known contents, and compare a server with them."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from io import BytesIO

from webshellhunt.baselines.compare import compare
from webshellhunt.baselines.known_contents import SHIPPED, Baselines, load_baselines
from webshellhunt.baselines.make import Listing, list_contents
from webshellhunt.baselines.path_keys import spell, suffixes
from webshellhunt.baselines.store import Baseline, BaselineHead, parse_baseline, read_baseline
from webshellhunt.baselines.store_writer import write_baseline
from webshellhunt.cli.inputs.opening import source_options
from webshellhunt.cli.output import complain, options_for, standard_output
from webshellhunt.cli.progress import ProgressLine
from webshellhunt.cli.status import Status
from webshellhunt.errors import UsageError
from webshellhunt.model.limits import Job, Limits
from webshellhunt.pipeline import judge_file
from webshellhunt.reports.destination import open_binary_destination
from webshellhunt.reports.listings.baseline_comparison import comparison_lines
from webshellhunt.reports.printable import one_line
from webshellhunt.sources import Source, open_source, open_with
from webshellhunt.sources.evidence_places import refuse_evidence

_APPLICATIONS = 8


def run(arguments: Namespace) -> int:
    """Run the action named by the second argument."""
    return {"make": _make, "show": _show, "compare": _compare}[arguments.action](arguments)


def _make(arguments: Namespace) -> int:
    """Write a baseline of a clean server or folder."""
    refuse_evidence(arguments.output, [arguments.location])
    progress = ProgressLine(quiet=arguments.quiet)
    with open_with(arguments.location, source_options(arguments)) as source:
        listing = list_contents(
            source,
            Job(),
            judge_file,
            server_path=arguments.server_path,
            builds=tuple(sorted(set(arguments.builds), key=_numbers)) or None,
            with_text=arguments.with_text,
            progress=progress,
        )
    progress.clear()
    if not listing.rows:
        _report_gaps(listing)
        raise UsageError("no file to list here", path=arguments.location)
    head = BaselineHead(arguments.name or arguments.location, listing.builds, f"made of {arguments.location}", "")
    with open_binary_destination(arguments.output) as stream:
        write_baseline(stream, head, listing.rows, listing.texts)
    return _report_listing(arguments, listing)


def _report_listing(arguments: Namespace, listing: Listing) -> int:
    accused = sorted(listing.accused, key=lambda verdict: (-verdict.disposition, verdict.subject.path))
    if accused:
        many = f"{len(accused):,} files are" if len(accused) > 1 else "1 file is"
        complain(f"WARNING: {many} suspicious or worse. Look at each before you use this list: it may be a back door.")
    for verdict in accused:
        reason = next(iter(verdict.reasons), "")
        complain(f"listed as known and {verdict.disposition}: {verdict.subject.path}: {reason}")
    _report_gaps(listing)
    if listing.holds_exchange and not listing.builds:
        complain(
            "the build of Exchange is unknown (no ExSetup.exe), so the list applies to any build; set it with --build"
        )
    with standard_output() as stream:
        build = f" of {', '.join(listing.builds)}" if listing.builds else ", for any build"
        stream.write(one_line(f"{arguments.output}: {len(listing.rows):,} files{build}") + "\n")
    if listing.accused:
        return Status.FOUND
    return Status.INCOMPLETE if any(gap.matters for gap in listing.gaps) else Status.NOTHING


def _report_gaps(listing: Listing) -> None:
    for gap in listing.gaps:
        if gap.matters:
            complain(str(gap))


def _show(arguments: Namespace) -> int:
    """Print the summary of baselines, or their known contents of one path."""
    members = [read_baseline(path) for path in arguments.files or [SHIPPED]]
    with standard_output() as stream:
        for number, member in enumerate(members):
            rows = _summary(member) if arguments.path is None else _path_rows(member, arguments.path)
            stream.write("\n" if number else "")
            stream.writelines(f"{one_line(row)}\n" for row in rows)
    return Status.NOTHING


def _summary(member: Baseline) -> Iterator[str]:
    head = member.head
    yield head.name
    yield f"{len(member):,} contents of {member.path_count:,} paths"
    builds = head.builds
    yield f"builds: {len(builds)}, {builds[0]} to {builds[-1]}" if builds else "builds: any"
    if head.origin:
        yield f"origin: {head.origin}" + (f" (licence: {head.licence})" if head.licence else "")
    counts = Counter(key.partition("/")[0] for key in member.iter_keys()).most_common(_APPLICATIONS)
    yield "paths by application: " + ", ".join(f"{name} {count:,}" for name, count in counts)


def _path_rows(member: Baseline, path: str) -> Iterator[str]:
    spelling = spell(path)
    keys = [spelling.key] if spelling.whole else [*suffixes(spelling.key, member.tops), spelling.key]
    key = next((key for key in keys if member.lists(key)), None)
    if key is None:
        yield f"{member.head.name}: {path} is not listed"
        return
    yield f"{member.head.name}: {key}"
    for content in member.contents(key):
        builds = f"{content.first_build} to {content.last_build}" if content.first_build else "any build"
        yield f"- sha256 {content.digest}…, {builds}"


def _compare(arguments: Namespace) -> int:
    """Print how a server differs from baselines and from a clean copy."""
    with ExitStack() as stack:
        source = stack.enter_context(open_with(arguments.location, source_options(arguments)))
        members = list(load_baselines(tuple(arguments.baselines)).members)
        clean: Source | None = None
        listing = Listing()
        if arguments.clean is not None:
            clean = stack.enter_context(open_source(arguments.clean))
            listing = list_contents(clean, Job(), judge_file, server_path=arguments.server_path)
            members.insert(0, _in_memory(listing, arguments.clean))

        def find_clean(key: str) -> bytes | None:
            if clean is not None and key in listing.keys:
                return clean.read(listing.keys[key], 1024 * 1024)
            return next((text for member in members if (text := member.find_text(key)) is not None), None)

        same_top = members[0] if clean is not None else None
        result = compare(source, Baselines(tuple(members)), Limits(), same_top=same_top)
        with standard_output() as stream:
            stream.writelines(comparison_lines(result, source, find_clean, options_for(arguments, stream)))
    by_user = arguments.clean is not None or bool(
        arguments.baselines
    )  # the shipped list contains only Exchange's files
    if result.changed or result.unlisted or (by_user and result.outside):
        return Status.FOUND
    return Status.INCOMPLETE if result.is_empty or any(gap.matters for gap in result.gaps) else Status.NOTHING


def _in_memory(listing: Listing, name: str) -> Baseline:
    """Return a clean folder as a baseline for any build."""
    stream = BytesIO()
    write_baseline(stream, BaselineHead(name), listing.rows)
    return parse_baseline(stream)


def _numbers(build: str) -> tuple[int, ...]:
    return tuple(map(int, build.split(".")))
