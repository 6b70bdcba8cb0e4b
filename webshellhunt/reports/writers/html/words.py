"""Words: the labels of the model in plain English, for the page."""

from typing import Final

from webshellhunt.model.log_results import MomentKind
from webshellhunt.model.report import AssessmentState
from webshellhunt.model.verdict import Disposition

STATES: Final = {
    AssessmentState.BACKDOORED_DESPITE_PATCH: ("bad", "Back doors, although patched"),
    AssessmentState.BACKDOORED_AND_VULNERABLE: ("bad", "Back doors, and vulnerable"),
    AssessmentState.BACKDOORED: ("bad", "Back doors"),
    AssessmentState.SUSPICIOUS_ONLY: ("warn", "Suspicious"),
    AssessmentState.EXPLOITATION_TRACES_ONLY: ("warn", "Traces only"),
    AssessmentState.KEYS_OR_CREDENTIALS_EXPOSED: ("warn", "Keys or credentials exposed"),
    AssessmentState.VULNERABLE_NOTHING_FOUND: ("warn", "Vulnerable, nothing found"),
    AssessmentState.NOTHING_FOUND: ("calm", "Nothing found"),
    AssessmentState.INCOMPLETE: ("warn", "Incomplete"),
}
"""The tone of each state, and its name; no state is called clean."""

SHAPES: Final = {
    Disposition.MALICIOUS: "⬢",
    Disposition.SUSPICIOUS: "▲",
    Disposition.UNEXPLAINED: "◆",
    Disposition.BENIGN: "○",
    Disposition.KNOWN_GOOD: "○",
}
"""A shape for each disposition, so that nobody depends on colours."""

TIMES: Final = {
    "modified_utc": "modified",
    "created_utc": "created",
    "changed_utc": "record changed",
    "name_created_utc": "created, according to the name attribute",
    "name_modified_utc": "modified, according to the name attribute",
}
"""The times of a file; reading a file sets its access time, which is therefore no witness."""

MOMENTS: Final = {
    MomentKind.PLANTED: "planted",
    MomentKind.FIRST_USED: "first used",
    MomentKind.LAST_USED: "last used",
    MomentKind.FIXED: "fix installed",
    MomentKind.EXPLOITED: "exploited",
    MomentKind.VIEW_STATE: "view state",
    MomentKind.LOG_CLEARED: "log cleared",
    MomentKind.TAKEN: "taken",
    MomentKind.DETECTED: "detected by antivirus",
    MomentKind.REMOVED: "removed by antivirus",
    MomentKind.CREATED: "created",
    MomentKind.RENAMED: "renamed",
    MomentKind.DELETED: "deleted",
    MomentKind.OTHER: "other",
}
