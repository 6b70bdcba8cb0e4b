"""WSH3xxx: hiding."""
