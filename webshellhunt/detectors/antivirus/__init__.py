"""Detectors of what antivirus software recorded on the host."""
