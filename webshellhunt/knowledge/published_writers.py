"""Published writers: pages of widely installed products that let any visitor write a file, known by their names.

Such a page is a weakness of the site, and no trace of an intruder. It is recognised by names of its own functions: all
must be there, several be declared, and one of them write the file, since anybody can name a variable so.
"""

from __future__ import annotations

from collections.abc import Set
from typing import NamedTuple

_FEWEST = 5
"""The fewest of the names that are functions."""


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
    # Source: the upload class in the distribution of the editor, with the misspelt name of its first method.
    PublishedWriter(
        "the asset manager of InnovaStudio's editor",
        frozenset(
            {
                "recieve", "getfieldname", "getlocal", "getfiletype", "isallowed", "requestvalue", "requestfilecontent",
                "requestfilestatus", "requestfiletype", "savefile",
            }
        ),
    ),
)  # fmt: skip


def find_published_writer(names: Set[str], functions: Set[str], around: Set[str]) -> PublishedWriter | None:
    """Return the published page with these names, all in lower case, or ``None``.

    Args:
        names: All names of the code.
        functions: Those of its functions.
        around: Those of its functions that write the file.
    """
    known = (writer for writer in PUBLISHED_WRITERS if writer.names <= names and writer.names & around)
    return next((writer for writer in known if len(writer.names & functions) >= _FEWEST), None)
