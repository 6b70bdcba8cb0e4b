"""What code does: one abstract interpreter over the trees of `lang/`."""
