"""Checks: the conditions of a page that decide who may do something, and with which files."""
