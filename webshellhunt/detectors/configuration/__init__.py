"""WSH4xxx: configuration."""

VIEWS = frozenset({"Element"})
OTHER_VIEWS = {
    "mapping_executes": "Sample",
    "native_module_of_no_known_product": "Registration",
    "profile_runs_hidden_code": "Sample",
    "registered_between_snapshots": "Registration",
    "registered_program_missing": "Registration",
    "task_poses_as_one_of_windows": "Sample",
    "task_runs_from_odd_place": "Sample",
}
