"""WSH4xxx: autostarts of the registry, and settings that open the server."""

VIEWS = frozenset({"Autostart"})
