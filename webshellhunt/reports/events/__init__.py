"""What formats make of the parts of a verdict, each once: grades, times, names, addresses, techniques, steps, roads."""
