"""Structure: questions about how code is written, which need its tree and no run."""
