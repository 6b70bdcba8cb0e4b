"""Questions about how code is written: its names, calls, constants and statements."""
