"""Detectors on the records of antivirus software."""
