"""Frozen classes that every room uses: standard library only, no input or output."""
