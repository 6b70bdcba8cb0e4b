"""What is known of the world outside the evidence: indicators of past intrusions, with their sources."""
