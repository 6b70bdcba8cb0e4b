"""The parts that event formats (OCSF, ECS, Timesketch) share: grades, times, names, addresses, techniques, steps."""
