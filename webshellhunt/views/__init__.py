"""Views of one file: its layers, its page, its code, each built once and on demand."""
