"""Detectors of traces in the logs of the server."""

VIEWS = frozenset(
    {
        *("AnsweringAddress", "DownloadLead", "EarlyEnd", "EmptyLogFolder", "Exploitation", "LargeFileLead", "LogHole"),
        *("LoggedActs", "MissingNumbers", "SentViewState", "ServiceLead", "StepBack", "TrafficLead", "UsedFile"),
    }
)
OTHER_VIEWS = dict.fromkeys(
    (
        "attack_in_failed_request",
        "gadget_chain_in_file",
        "odd_library_in_crash_report",
        "powershell_history_of_service",
    ),
    "Sample",
)
