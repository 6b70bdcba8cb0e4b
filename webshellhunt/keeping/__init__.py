"""Keeping evidence: byte-exact copies of the accused files in one evidence bag, and its verification."""
