"""WSH5xxx: programs and libraries."""

VIEWS = frozenset({"Sample"})
OTHER_VIEWS = dict.fromkeys(
    (
        "compiled_shell",
        "program_started_by_assembly",
        "code_loaded_by_assembly",
        "passwords_kept_by_assembly",
        "pages_served_from_memory",
        "requests_listened_for_by_assembly",
        "machine_keys_read_by_assembly",
        "page_written_by_assembly",
        "request_names_member_in_assembly",
        "connection_opened_by_assembly",
        "mail_runs_code",
        "unsigned_assembly_in_exchange_folder",
    ),
    "Assembly",
)
