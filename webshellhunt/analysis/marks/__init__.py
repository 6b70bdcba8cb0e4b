"""Marks: which properties the values of a code may have, spread over its variables in any order."""
