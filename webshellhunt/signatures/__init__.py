"""Signatures: rules written in YARA, our own and those a user brings, run over bytes."""
