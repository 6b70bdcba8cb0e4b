"""Flows: the values that a run saw arrive at sinks, as origins, shapes and sinks that detectors ask for."""
