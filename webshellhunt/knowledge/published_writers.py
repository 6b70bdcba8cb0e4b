"""Published writers: pages of widely installed products that let any visitor write a file, known by their names.

Such a page is a weakness of the site, and no trace of an intruder. It is recognised by names of its own functions, all
of which must be there.
"""

from __future__ import annotations

from collections.abc import Set
from typing import NamedTuple


class PublishedWriter(NamedTuple):
    """A page of a product: what it is called in messages, and names in its code, in lower case."""

    product: str
    names: frozenset[str]


PUBLISHED_WRITERS = (
    # Source: the server-side export handlers in the distribution of FusionCharts XT, in C# and VB.
    PublishedWriter(
        "the export handler of FusionCharts",
        frozenset(
            {
                "fcexporter", "parseexportrequeststream", "convertrawimagedatatofile", "outputexportobject",
                "setupserver", "buildresponse", "flushstatus", "raise_error", "fcjspdfgenerator",
            }
        ),
    ),
)  # fmt: skip


def find_published_writer(names: Set[str]) -> PublishedWriter | None:
    """Return the published page with these names, in lower case, or ``None``."""
    return next((writer for writer in PUBLISHED_WRITERS if writer.names <= names), None)
