"""Code of a page as tokens, constants and flows, whatever its language."""
