"""Records are missing inside an event log.

What it finds:
    Numbers that no record of an event log has, between those of records that are there, in a log without damage.

Why it matters:
    Windows numbers the records of a file without a gap. A gap inside means that the file was edited.

Looks like:
    Records up to 4,711, then 4,718.

Benign look-alikes:
    A log that has rolled begins late, which is no gap inside. A log with broken parts is a gap of this report
    instead. Of 10,015 records in 281 logs of a collection, none is missing.

Blind spots:
    Editors that number the rest anew.
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.logged_claims import acts_detector
from webshellhunt.views.logged_acts import Idea

RULE = define_rule(__name__, "WSH7216", "medium", "low", "T1685.005")

find: Detector = acts_detector(RULE, Idea.RECORDS_MISSING, "records are missing")
