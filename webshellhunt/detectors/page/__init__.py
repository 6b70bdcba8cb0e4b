"""WSH2xxx: the structure of a page."""
