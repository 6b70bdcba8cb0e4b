"""Acts of compiled code, followed from its entry points."""
