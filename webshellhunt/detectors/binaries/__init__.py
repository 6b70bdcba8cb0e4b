"""WSH5xxx: programs and libraries."""
