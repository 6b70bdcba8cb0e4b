"""Correlation: findings that need the examinations of the whole host."""
