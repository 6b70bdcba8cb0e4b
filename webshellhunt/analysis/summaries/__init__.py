"""Summaries: results of earlier calls that later calls of a function have, exact ones first, later coarse ones."""
