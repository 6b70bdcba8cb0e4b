"""WSH5xxx: programs and libraries."""

VIEWS = frozenset({"Sample"})
OTHER_VIEWS = dict.fromkeys(
    (
        "compiled_shell",
        "program_started_by_assembly",
        "code_loaded_by_assembly",
    ),
    "Assembly",
)
