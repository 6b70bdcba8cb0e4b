"""Acts of compiled code from its entry points."""
