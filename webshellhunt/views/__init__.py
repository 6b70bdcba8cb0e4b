"""Views of one file: its layers, its page and its code, each built once and at first use."""
