"""From findings to a verdict per subject and an assessment of the host."""
