"""WSH6xxx: the place and the times of a file."""

VIEWS = frozenset({"Sample"})
OTHER_VIEWS = {
    "creation_set_back": "FileTimes",
    "file_history": "RecordedFile",
    "page_not_collected": "RecordedFile",
    "page_only_in_snapshot": "SnapshotStates",
    "recorded_deletion": "RecordedFile",
    "renamed_into_place": "RecordedFile",
    "seen_in_snapshots": "SnapshotStates",
    "times_contradict": "FileTimes",
}
