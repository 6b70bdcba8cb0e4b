r"""The shadow copies of the drive bound the time at which a file was planted.

What it finds:
    For a file with other findings, as information: the last shadow copy of the drive in which it is absent or has other
    content, and the first one with the same content; for a content that is gone, the shadow copies that have it. Both
    only bound the time of the planting: no wave is named unless its window has both.

Why it matters:
    The times of a file can be set by any program. A shadow copy is the state of the whole drive at a moment: a page
    that is absent in it was planted later, whatever its times say.

Looks like:
    ``absent in the shadow copy of 2021-03-01, present since that of 2021-03-05``.

Benign look-alikes:
    Any file that was installed between two shadow copies; it is not counted.

Blind spots:
    A file that was planted, deleted and planted again between two shadow copies. Intruders delete shadow copies, and
    Windows removes the oldest. A file that a collection lacks may have existed then.

References:
    https://learn.microsoft.com/en-us/windows-server/storage/file-server/volume-shadow-copy-service
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.views.snapshot_states import FileState, SnapshotStates

RULE = define_rule(__name__, "WSH6035", "info", "high")


@detector(RULE, on=SnapshotStates)
def find(file: SnapshotStates) -> Findings:
    """Note when a file that is there came, and until when one was there that is not."""
    if not file.states:
        return
    if file.now is not FileState.SAME:
        yield claim(RULE, file.story, *file.evidence(), facts={**file.facts(), "absent_at": None, "other_at": None})
        return
    absent, since = file.last_without, file.present_since
    parts = []
    if absent is not None:
        lacking = "not collected" if file.is_collection else "absent"
        state = lacking if absent.state is FileState.ABSENT else "with other content"
        parts.append(f"{state} in {absent.words}")
    if since is not None:
        parts.append(f"present since {since.words}" if absent is not None else f"present in {since.words} already")
    yield claim(RULE, ", ".join(parts), *file.evidence(), facts=file.facts())
