r"""The file system recorded how a file came to its place.

What it finds:
    For a file with other findings, as information: when it was created, written, renamed, and when a program set its
    times, according to the change journal of the drive (``$UsnJrnl``); for a page that is gone, when it was deleted or
    renamed away.

Why it matters:
    The times of a file can be set by any program that may write it. The journal is written by the file system, and its
    time of creation is that of the planting.

Looks like:
    ``created 2021-03-03T04:05:06Z, last written 2021-03-03T04:05:07Z``.

Benign look-alikes:
    All files have such records; it is not counted.

Blind spots:
    A journal keeps days or weeks. A file that was renamed over another one has the creation of the new file.

References:
    https://learn.microsoft.com/en-us/windows/win32/fileio/change-journals
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.model.times import second_in_utc
from webshellhunt.views.recorded_file import RecordedFile

RULE = define_rule(__name__, "WSH6034", "info", "high")


@detector(RULE, on=RecordedFile)
def find(page: RecordedFile) -> Findings:
    """Note the records of a file: how it came, or that it is gone."""
    if page.is_gone:
        yield claim(RULE, f"the page was {page.fate}: {page.story}", *page.evidence(), facts=page.facts())
        return
    if not page.is_collected:
        message = "the file table has this page, and it was not collected; its file record has its content"
        yield claim(RULE, message, *page.evidence(), facts=page.facts())
        return
    move = page.moved_here
    acts = (
        ("created", page.created_utc),
        ("last written", page.written_utc),
        ("its times or attributes were set", page.times_set_utc),
        ("renamed to this name", None if move is None else move.when_utc),
    )
    words = [f"{name} {second_in_utc(when)}" for name, when in acts if when is not None]
    if words:
        message = f"the change journal of the drive recorded: {', '.join(words)}"
        yield claim(RULE, message, *page.evidence(), facts=page.facts())
