"""The execution of statements and expressions on abstract values."""
