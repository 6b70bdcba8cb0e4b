"""Conditions: the knowledge that a condition adds about values, in the branch where it holds."""
