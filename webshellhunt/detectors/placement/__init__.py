"""WSH6xxx: the place and the times of a file."""
