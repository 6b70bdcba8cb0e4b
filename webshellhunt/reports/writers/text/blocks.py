"""A verdict in the text report: its block of lines, with the best reason first and the others in few words."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from webshellhunt.model.findings import Evidence, FactValue, Finding
from webshellhunt.model.places import Role, Url
from webshellhunt.model.verdict import Presence, Subject, SubjectKind
from webshellhunt.reports.content.phrases import phrase_of
from webshellhunt.reports.content.subjects import REGISTRY, ShownFinding, ShownVerdict, place_words
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import defanged, one_line, verbatim
from webshellhunt.reports.times import second
from webshellhunt.reports.writers.text.layout import folded, number_words, paint

ALSO: Final = 8
"""Largest number of further rules listed after the best reason."""

SITES: Final = 3
"""Largest number of sites shown without ``--all``, each with its likeliest path."""

KEY_FACTS: Final = (
    "request_key", "planted_at", "server", "same_content_at", "run_by", "declared_in", "mapped_by", "read_as",
    "remnants", "story", "earlier_copies", "av_excluded",
)  # fmt: skip
"""Facts that a responder acts on, in order of display; ``--all`` shows the others too."""

_LABELS: Final = {"av_excluded": "antivirus exclusion that Microsoft recommends"}
"""Labels of facts whose names do not explain them."""

_ON_LINES: Final = frozenset({"same_content_at", "run_by", "declared_in", "remnants", "earlier_copies", "story"})
"""Facts whose values are paths or acts: each on a line of its own, which is not wrapped."""

_TIMES: Final = "WSH6033"
"""The rule about times that were set back: its sentence has both times, which no other line has."""

_FACTS: Final = 3
_FACT: Final = 200
_EXCERPT: Final = 120
_LAYERS: Final = frozenset({"text", "raw", ""})
_INDENT: Final = "    "
_LEAST: Final = 2


def block(shown: ShownVerdict, options: Options, said: Collection[str] = ()) -> Iterator[str]:
    """Yield the lines of a verdict: its word and its kind, its path, the best reason, the others, facts to act on.

    ``said`` has the sentences that were said once for several blocks.
    """
    subject = shown.subject
    yield from _heading(shown, options)
    if shown.same_as is not None:
        yield from _sentence(f"same content as {shown.same_as}: see the evidence there", options)
    else:
        for reason in shown.other_reasons:
            yield from _sentence(reason, options)
    yield from _findings(shown, options)
    yield from (f"{_INDENT}{line}" for line in url_lines(subject.urls, show_all=options.show_all, common=said))
    yield from fact_lines(shown, options)
    for sentence in (shown.assumed, shown.use, one_line(shown.planting), "; ".join(_particulars(subject))):
        if sentence and sentence not in said:
            yield from _sentence(sentence, options)
    if subject.source_path is not None and subject.source_path != subject.path:
        yield f"{_INDENT}read from {verbatim(subject.source_path)}"
    if subject.sha256 is not None:
        yield f"{_INDENT}sha256 {one_line(subject.sha256)}"


def brief_block(shown: ShownVerdict, options: Options) -> Iterator[str]:
    """Yield a verdict that needs no action in two lines: disposition and path, and its first reason."""
    verdict = shown.verdict
    yield f"{paint(f'{shown.word.upper():<11}', verdict.disposition.label, options)} {verbatim(shown.subject.path)}"
    for reason, text in zip(verdict.reasons[:1], shown.reasons, strict=False):
        finding = next((f for f in verdict.findings if f.message == reason), None)
        yield from _sentence(
            text + ("" if finding is None else f" ({one_line(finding.rule.id)}{_where(finding)})"), options
        )


def common_sentences(rows: Sequence[ShownVerdict], options: Options) -> dict[str, list[int]]:
    """Return each sentence that several blocks would repeat, with their numbers; none with ``--all``."""
    numbers: dict[str, list[int]] = {}
    for shown in () if options.show_all else rows:
        use, urls = shown.verdict.use, shown.subject.urls
        unused = shown.use if use is not None and not use.requests else ""
        of_site = "" if not urls else _site_note([url for url in urls if _place_of(url) == _place_of(urls[0])])
        for sentence in dict.fromkeys(filter(None, (one_line(shown.planting), unused, of_site))):
            numbers.setdefault(sentence, []).append(shown.number)
    return {sentence: some for sentence, some in numbers.items() if len(some) >= _LEAST}


def common_lines(common: Mapping[str, list[int]]) -> Iterator[str]:
    """Yield each sentence after the numbers of its blocks."""
    for sentence, numbers in sorted(common.items(), key=lambda each: (each[1][0], -len(each[1]), each[0])):
        yield f"{number_words(numbers)}: {sentence}"


def url_lines(urls: Sequence[Url], *, show_all: bool, common: Collection[str] = ()) -> Iterator[str]:
    """Yield a line for each site with its likeliest path, or for each path; its other schemes and ports follow.

    ``common`` has the notes about a site that were said before, for several files.
    """
    groups: dict[tuple[str | None, str], list[Url]] = {}
    for url in urls:
        groups.setdefault(_place_of(url), []).append(url)
    likeliest: dict[str | None, list[Url]] = {}
    for (site, _), group in groups.items():
        likeliest.setdefault(site, group)
    for group in groups.values() if show_all else list(likeliest.values())[:SITES]:
        others = 0 if show_all else sum(site == group[0].site for site, _ in groups) - 1
        yield _url_line(group, others, common)


def fact_lines(shown: ShownVerdict, options: Options) -> Iterator[str]:
    """Yield the facts: short ones in a sentence, each path on a line of its own, which is not wrapped."""
    short, paths = list[str](), list[str]()
    for name, values in _facts(shown, options):
        label = one_line(_LABELS.get(name, name.replace("_", " ")))
        more = len(values) - _FACTS
        some = values if options.show_all or more <= 0 else [*values[:_FACTS], f"{more} more"]
        if name in _ON_LINES:
            paths += [f"{label}: {value}" for value in some]
        else:
            short.append(f"{label}: {', '.join(some)}")
    if short:
        yield from folded("; ".join(short), options.width, indent=_INDENT, hanging=f"{_INDENT}  ")
    yield from (f"{_INDENT}{path}" for path in paths)


def is_defanged(options: Options) -> bool:
    """Return whether excerpts are defanged: in files, which antivirus scans, unless raw excerpts are requested."""
    return options.on_disk and not options.raw_excerpts


def _sentence(text: str, options: Options) -> Iterator[str]:
    return folded(one_line(text), options.width, indent=_INDENT, hanging=f"{_INDENT}  ")


def _heading(shown: ShownVerdict, options: Options) -> Iterator[str]:
    """Yield the number, the word and the kind of the subject, and its path alone on a line, for copying."""
    word = shown.word.upper()
    presence = "" if shown.subject.presence is Presence.PRESENT else f" ({shown.presence})"
    title = f"{shown.number:>2}. {word}  {one_line(shown.what)}{presence}"
    first, *rest = folded(title, options.width, hanging=_INDENT)
    yield first.replace(word, paint(word, shown.verdict.disposition.label, options), 1)
    yield from rest
    yield f"{_INDENT}{verbatim(shown.subject.path)}"


def _findings(shown: ShownVerdict, options: Options) -> Iterator[str]:
    """Yield the best reason with its place and excerpt, and the other rules in few words; each one with ``--all``."""
    if options.show_all:
        yield from _in_full(shown.ordered, options)
        return
    of_rules = {each.finding.rule.id: each for each in reversed(shown.telling)}
    distinct = [each for each in shown.telling if of_rules[each.finding.rule.id] is each]
    whole = [each for each in distinct if each is shown.leading or each.finding.rule.id == _TIMES]
    yield from _in_full(whole, options)
    others = [each for each in distinct if each not in whole]
    others.sort(key=lambda each: (-each.finding.severity, each.is_signature, each.finding.rule.id))
    named = [f"{one_line(shown.text(phrase_of(each.finding)))} ({one_line(each.rule_id)})" for each in others[:ALSO]]
    more = f"; and {len(others) - ALSO} more (--all lists each)" if len(others) > ALSO else ""
    if named:
        yield from _sentence(f"also: {'; '.join(named)}{more}", options)


def _in_full(findings: Sequence[ShownFinding], options: Options) -> Iterator[str]:
    """Yield each finding's message, rule and location, and each excerpt once."""
    seen: set[object] = set()
    for shown in findings:
        finding = shown.finding
        rule = f"{one_line(finding.rule.id)} {finding.severity.label}{_where(finding)}"
        yield from _sentence(f"{shown.message} ({rule}{', accepted' if finding.accepted else ''})", options)
        pieces = list(zip(finding.evidence, shown.texts, strict=True))
        for number, (each, text) in enumerate(pieces if options.show_all else pieces[:1]):
            if number:
                yield from folded(f"also at {_place(each)}", options.width, indent=f"{_INDENT}  ")
            excerpt = _excerpt(text, options)
            key = excerpt if options.show_all or each.layer not in _LAYERS else each.line
            if excerpt and key not in seen:
                yield from folded(excerpt, options.width, indent=f"{_INDENT}  ", breaks_words=True)
            seen.add(key)


def _where(finding: Finding) -> str:
    """Return the place of the first evidence; a value of the registry has no line."""
    first = next(iter(finding.evidence), None)
    return "" if first is None or first.layer == REGISTRY else f", {_place(first)}"


def _place(evidence: Evidence) -> str:
    layer = "" if evidence.layer in (*_LAYERS, "log") else f" of {one_line(evidence.layer)}"
    return place_words(evidence) + layer


def _excerpt(text: str, options: Options) -> str:
    shown = one_line(text, _EXCERPT)
    if not is_defanged(options):
        return shown
    inert = "".join(one_line(line) for line in defanged(shown.removesuffix("…")).split("\n")).removesuffix("\\")
    return f"{inert}…" if shown.endswith("…") else inert


def _particulars(subject: Subject) -> Iterator[str]:
    """Yield size, time and location, which a responder notes before removing a file."""
    if subject.size_bytes is not None:
        yield f"{subject.size_bytes:,} bytes"
    modified = subject.times.modified_utc
    if modified is not None:
        yield f"modified {second(modified)}" + ("" if subject.times.original else " in this copy")
    if subject.kind is SubjectKind.FILE or subject.role is not Role.GIVEN:
        yield "directory role unknown" if subject.role is Role.GIVEN else f"directory role {subject.role.value}"


def _facts(shown: ShownVerdict, options: Options) -> Iterator[tuple[str, list[str]]]:
    """Yield each fact once with its values, those to act on first."""
    merged: dict[str, list[str]] = {}
    for finding in shown.findings:
        for name, value in finding.facts.items():
            if options.show_all or name in KEY_FACTS:
                values = merged.setdefault(name, [])
                values.extend(text for text in _texts(value) if text not in values)
    order = {name: number for number, name in enumerate(KEY_FACTS)}
    for name in sorted(merged, key=lambda name: (order.get(name, len(order)), name)):
        if merged[name]:
            yield name, merged[name]


def _texts(value: FactValue) -> list[str]:
    values = value if isinstance(value, tuple) else () if value is None else (str(value),)
    return [one_line(item, _FACT) for item in values]


def _url_line(group: Sequence[Url], others: int, common: Collection[str]) -> str:
    first, *also = group
    note = _site_note(group)
    notes = []
    if note not in common or not note:
        notes += [one_line(first.site, 80)] if first.site is not None else []
        notes += [f"also {_server_of(other)}" for other in also]
    notes += [f"and {others} other path{'' if others == 1 else 's'} there"] if others else []
    notes += ["assumed, not confirmed by an IIS configuration"] if first.assumed else []
    notes += ["IIS refuses it unless request filtering was changed"] if first.refused else []
    return f"url: {one_line(first.address)}" + (f" ({'; '.join(notes)})" if notes else "")


def _site_note(group: Sequence[Url]) -> str:
    """Return the sentence about the site of an address, and its other schemes and ports; empty without a site."""
    first, *also = group
    if first.site is None:
        return ""
    others = ", ".join(map(_server_of, also))
    return f"the site is {one_line(first.site, 80)}" + (f", also at {others}" if others else "")


def _server_of(url: Url) -> str:
    return one_line(url.address.removesuffix(_place_of(url)[1]), 80)


def _place_of(url: Url) -> tuple[str | None, str]:
    """Return the site of an address, and its path from the first slash after the host."""
    rest = url.address.partition("://")[2] or url.address
    return url.site, rest[rest.find("/") :] if "/" in rest else ""
