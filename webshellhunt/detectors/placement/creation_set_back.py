r"""The creation time of a file was set back.

What it finds:
    A file with other findings whose time of creation is more than a day before the time that the file system recorded
    when the file got its name: in its file record (``$FILE_NAME`` against ``$STANDARD_INFORMATION``), or in the change
    journal. The finding names both times, and says if the false time is a whole second. It weighs more for a page in a
    directory of setup that Exchange does not ship there, if the false time is exactly that of a stock page of the same
    directory, which got its name on another day.

Why it matters:
    Programs set the times that directories show; the times in the file record are set by the file system only.
    Intruders copy the times of a neighbour, so that a new page looks like a stock file (timestomping).

Looks like:
    Created 2016-03-01 08:00:00, recorded with its name 2021-03-03 04:05:06.

Benign look-alikes:
    Setup programs, archives and copy tools give files the times of the package, so that many honest files of a server
    look like this: a file without other findings is never reported, and without the time of a stock page the severity
    is low. Nothing is reported if most files of the host got their names within the same hour (a restore, a copy of the
    volume).

Blind spots:
    Renaming or moving a file copies its times to its name, so that a rename after the change hides it in the file
    record; the change journal has both acts. Tools with a driver set all times.

References:
    https://learn.microsoft.com/en-us/windows/win32/api/winbase/ns-winbase-file_basic_info
"""

from datetime import datetime

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.model.findings import FactValue
from webshellhunt.model.rules import Severity
from webshellhunt.model.times import second_in_utc
from webshellhunt.views.file_times import NAME_KIND, SLACK, FileTimes, days_in_words, utc_time

RULE = define_rule(
    __name__, "WSH6033", "medium", "medium", "T1070.006", references=("https://attack.mitre.org/techniques/T1070/006/",)
)


@detector(RULE, on=FileTimes)
def find(view: FileTimes) -> Findings:
    """Report a creation that is earlier than the file system recorded it."""
    created = utc_time(view.times.created_utc)
    recorded, by = _recorded(view)
    if not view.times.original or created is None or recorded is None or recorded - created <= SLACK:
        return
    special = [
        *(["a whole second"] if not created.microsecond and recorded.microsecond else []),
        *([f"the time of {view.same_created}"] if view.same_created else []),
    ]
    words = f" ({' and '.join(special)})" if special else ""
    message = (
        f"its creation was set back by {days_in_words(recorded - created)}: the file says "
        f"{second_in_utc(created)}{words}, {by} {second_in_utc(recorded)}"
    )
    severity = RULE.severity if view.is_foreign and view.same_created else Severity.LOW
    facts: dict[str, FactValue] = {
        "file_created": second_in_utc(created),
        "name_created": second_in_utc(utc_time(view.times.name_created_utc)),
        "same_time_as": view.same_created,
    }
    yield claim(RULE, message, severity=severity, facts=facts)


def _recorded(view: FileTimes) -> tuple[datetime | None, str]:
    """Return the latest time at which the file system recorded the creation, with its witness."""
    named = utc_time(view.times.name_created_utc)
    if named is not None and view.common_hours.holds(NAME_KIND, named):
        named = None
    if view.recorded is not None and (named is None or view.recorded > named):
        return view.recorded, "the change journal of the drive recorded"
    return named, "the file system recorded with its name"
