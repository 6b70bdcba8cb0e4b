"""PHP as it is written: its tokens, and the tree of the code in a file."""
