"""The verdict on each subject, and the assessment of the host, from the findings."""
