"""WSH4xxx: what the registry starts, loads and opens."""

VIEWS = frozenset({"Autostart"})
