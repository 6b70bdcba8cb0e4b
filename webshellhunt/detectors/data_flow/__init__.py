"""WSH1xxx: request data that reaches a dangerous sink, and the capabilities of a page."""
