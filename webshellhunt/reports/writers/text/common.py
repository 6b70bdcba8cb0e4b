"""Common sentences of several subjects, once before their blocks: a planting, an unused page, a site."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from webshellhunt.model.verdict import Verdict
from webshellhunt.reports.content.subjects import ShownVerdict
from webshellhunt.reports.content.use import use_sentence
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import one_line
from webshellhunt.reports.redaction import Redaction
from webshellhunt.reports.writers.text.paths import number_words
from webshellhunt.reports.writers.text.url_lines import site_note

_LEAST = 2


def common_sentences(rows: Sequence[ShownVerdict], options: Options) -> dict[str, list[int]]:
    """Return each sentence that several blocks would repeat, with their numbers; none with ``--all``."""
    if options.show_all:
        return {}
    numbers: dict[str, list[int]] = {}
    for each in rows:
        for sentence in dict.fromkeys(_sentences(each.verdict, options)):
            numbers.setdefault(sentence, []).append(each.number)
    return {sentence: some for sentence, some in numbers.items() if len(some) >= _LEAST}


def common_lines(common: dict[str, list[int]]) -> Iterator[str]:
    """Yield each sentence after the numbers of its blocks."""
    for sentence, numbers in sorted(common.items(), key=lambda each: (each[1][0], -len(each[1]), each[0])):
        yield f"{number_words(numbers)}: {sentence}"


def planting_sentence(verdict: Verdict, options: Options) -> str | None:
    """Return the sentence about the planting of a subject."""
    if verdict.planting is None:
        return None
    return one_line(Redaction(verdict, show_secrets=options.show_secrets).text(verdict.planting.sentence))


def _sentences(verdict: Verdict, options: Options) -> Iterator[str]:
    planting = planting_sentence(verdict, options)
    if planting:
        yield planting
    if verdict.use is not None and not verdict.use.requests:
        yield use_sentence(verdict.use)
    notes = {note for url in verdict.subject.urls[:1] if (note := site_note(verdict.subject.urls, url))}
    yield from notes
