"""WSH4xxx: configuration."""

VIEWS = frozenset({"Element"})
OTHER_VIEWS = {
    "bits_job_runs_program": "BitsJob",
    "machine_keys_in_served_file": "Sample",
    "mapping_executes": "Sample",
    "native_module_of_no_known_product": "Registration",
    "profile_runs_hidden_code": "Sample",
    "registered_between_snapshots": "Registration",
    "registered_program_missing": "Registration",
    "scripting_agent_runs_code": "Sample",
    "mof_registers_consumer": "Sample",
    "starts_with_windows": "Sample",
    "task_poses_as_one_of_windows": "Sample",
    "task_runs_from_odd_place": "Sample",
    "wmi_consumer_runs_program": "WmiConsumer",
}
