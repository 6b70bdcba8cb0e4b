"""Binaries: what programs and libraries say of themselves, read without running them."""
