"""WSH4xxx: configuration."""
