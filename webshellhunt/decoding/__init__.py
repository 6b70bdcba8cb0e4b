"""Decoding of bytes to text and of encoded texts; each step maps its offsets back to the input."""
