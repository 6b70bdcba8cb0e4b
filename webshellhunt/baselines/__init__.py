"""Lists of known contents: made, stored, searched and compared."""
