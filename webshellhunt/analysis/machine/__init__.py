"""The machine: the state of a run over a page, its open calls, its jumps and its budget."""
