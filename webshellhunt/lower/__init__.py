"""Lowering: one translation a language, from the syntax tree into the core."""
