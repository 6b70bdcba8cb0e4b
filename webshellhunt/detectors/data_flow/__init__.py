"""WSH1xxx: a visitor's text that reaches a dangerous call, and the capabilities of a page."""
