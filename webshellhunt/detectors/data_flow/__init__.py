"""WSH1xxx: request data that reaches a dangerous sink, and the capabilities of a page."""

VIEWS = frozenset({"Code"})
OTHER_VIEWS = {
    "password_leaves_sign_in_page": "Layer",
    "php_runs_hidden_text": "Sample",
    "php_runs_request": "Sample",
    "php_stores_visitors_file": "Sample",
    "php_toolkit": "Sample",
    "whole_table_written_out": "Layer",
}
