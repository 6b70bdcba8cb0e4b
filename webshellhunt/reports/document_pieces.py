"""The pieces of a JSON document: one document for one report, and a list for several, written as the reports come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from webshellhunt.reports.options import Options


def one_or_list(documents: Iterable[str], opening: str, closing: str, options: Options) -> Iterator[str]:
    """Yield one document as it is, and several, or none, as a list between ``opening`` and ``closing``.

    The number is known only at the end: the opening is then put before the rest. On a stream, where nothing can be put
    before, one document is a list, too.
    """
    first, number = options.first, 0
    if first is None:
        yield opening
    for number, document in enumerate(documents, 1):
        if number > 1:
            yield ",\n"
        yield document
    if first is not None and number != 1:
        first.append(opening)
    yield "\n" if first is not None and number == 1 else closing
