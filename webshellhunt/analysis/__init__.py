"""The meaning of code: one abstract interpreter over the trees of `lang/`."""
