"""The differences between a server and baselines, grouped by directory, and the changed lines of each page."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from webshellhunt.baselines.compare import Comparison, ContentChange, Deviation, FindClean, changed_lines
from webshellhunt.errors import SourceError
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import defanged, one_line
from webshellhunt.reports.redaction import replaced
from webshellhunt.reports.writers.text.blocks import is_defanged
from webshellhunt.secrets import find_secrets
from webshellhunt.sources.source import Source
from webshellhunt.views.sample import Sample

GROUPS = 30
"""Largest number of directories shown; those with pages come first, then the largest."""

EXAMPLES = 5
"""Largest number of files shown for a directory."""

CHANGES = 12
"""Largest number of changes shown for a page."""

LINES = 6
"""Largest number of lines shown for a change."""

_LINE = 160


def comparison_lines(comparison: Comparison, source: Source, find_clean: FindClean, options: Options) -> Iterator[str]:
    """Yield the lines of a comparison; ``find_clean`` returns the clean content of a key, if available."""
    build = f" (build {', '.join(map(one_line, comparison.builds))})" if comparison.builds else ""
    yield (
        f"{one_line(comparison.location)}{build}: {comparison.known:,} files as listed, {len(comparison.changed):,} "
        f"changed, {len(comparison.unlisted) + len(comparison.outside):,} pages not listed, {comparison.apart:,} other "
        "files not listed\n"
    )
    if comparison.is_empty:
        yield (
            "Nothing was compared: no file has a path that a list contains. Compare the same folder of both servers, "
            r"or pass the path of this folder on the server, such as --as C:\inetpub\wwwroot." + "\n"
        )
    if not comparison.covered:
        known = (
            "No list covers this build" if comparison.builds else "The build of this server is unknown (no ExSetup.exe)"
        )
        yield (
            f"{known}, so changed files may only belong to another build. 'webshellhunt baseline make' makes "
            "a list from a clean server or setup medium of the same build.\n"
        )
    yield from _grouped("New pages in listed folders", comparison.unlisted, options)
    yield from _grouped("New pages in other folders", comparison.outside, options)
    yield from _grouped("Changed", comparison.changed, options)
    for deviation in comparison.changed:
        if deviation.page:
            yield from _difference(deviation, source, find_clean, options)
    if comparison.gaps:
        yield f"\nNot compared: {len(comparison.gaps):,}, such as {one_line(str(comparison.gaps[0]), 200)}\n"


def _grouped(title: str, deviations: Sequence[Deviation], options: Options) -> Iterator[str]:
    """Yield a row for each directory: the number of files, and some of their names."""
    groups: dict[str, list[Deviation]] = defaultdict(list)
    for deviation in deviations:
        groups[deviation.artifact.path.replace("/", "\\").rpartition("\\")[0]].append(deviation)
    ordered = sorted(groups.items(), key=lambda group: (-sum(d.page for d in group[1]), -len(group[1]), group[0]))
    shown = ordered if options.show_all else ordered[:GROUPS]
    if shown:
        yield f"\n{title}:\n"
    for directory, members in shown:
        members.sort(key=lambda d: (not d.page, d.artifact.name))
        named = members if options.show_all else members[:EXAMPLES]
        names = ", ".join(f"{one_line(d.artifact.name, _LINE)}{' (page)' if d.page else ''}" for d in named)
        more = f" … and {len(members) - len(named):,} more" if len(members) > len(named) else ""
        yield f"  {len(members):,} in {one_line(directory) or '.'}: {names}{more}\n"
    rest = sum(len(members) for _, members in ordered[len(shown) :])
    if rest:
        yield f"  {rest:,} in {len(ordered) - len(shown):,} other directories (--all lists each)\n"


def _difference(deviation: Deviation, source: Source, find_clean: FindClean, options: Options) -> Iterator[str]:
    """Yield the changes of a page, if its clean content is available."""
    artifact = deviation.artifact
    yield f"\n{one_line(artifact.path)}\n"
    try:
        clean = find_clean(deviation.standing.key)
        found = source.read(artifact.entry_path, 1024 * 1024)
    except SourceError as error:
        yield f"  can't be read: {one_line(error.message)}\n"
        return
    if clean is None:
        expected = ", ".join(f"{digest}…" for digest in deviation.standing.expected)
        yield f"  sha256 {deviation.sha256}; listed: {expected}\n"
        yield "  no clean copy to compare with: add --clean FOLDER, or make the baseline with --with-text\n"
        return
    sample = Sample(artifact, found)
    changes = changed_lines(_shown(Sample(artifact, clean)), _shown(sample), sample)
    if changes is None:
        yield "  too long for a comparison line by line\n"
        return
    for number, change in enumerate(changes):
        if number >= CHANGES and not options.show_all:
            yield "  … and more (--all shows each)\n"
            return
        yield from _change(change, options)


def _change(change: ContentChange, options: Options) -> Iterator[str]:
    yield f"  line {change.line}, {one_line(change.block, _LINE)}:\n"
    for sign, texts in (("-", change.removed), ("+", change.added)):
        shown = texts if options.show_all else texts[:LINES]
        yield from (f"    {sign} {_inert(text, options)}\n" for text in shown)
        if len(texts) > len(shown):
            yield f"    {sign} … {len(texts) - len(shown):,} more lines\n"


def _inert(text: str, options: Options) -> str:
    cut = one_line(text, _LINE)
    if not is_defanged(options):
        return cut
    return "".join(one_line(line) for line in defanged(cut).split("\n")).removesuffix("\\")


def _shown(sample: Sample) -> str:
    """Return a page's decoded text with fingerprints in place of the victim's secrets."""
    text = sample.layers[0].text
    return replaced(text, find_secrets(text, 0, len(text), configuration=False))
