"""Facts that only the whole host shows."""
