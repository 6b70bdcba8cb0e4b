"""What compiled code does from its entry points."""
