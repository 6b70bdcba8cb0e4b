"""WSH5xxx: programs and libraries."""

VIEWS = frozenset({"Sample"})
OTHER_VIEWS = {"compiled_shell": "Assembly"}
