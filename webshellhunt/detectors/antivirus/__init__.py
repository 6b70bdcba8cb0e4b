"""Detectors on the records of antivirus software."""

VIEWS = frozenset({"AntivirusSettings", "DetectedFile", "LoggedActs", "OtherDetections"})
