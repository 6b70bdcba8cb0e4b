"""Detectors of traces in the logs of the server."""
