"""WSH2xxx: the structure of a page."""

VIEWS = frozenset({"Layer", "Sample"})
