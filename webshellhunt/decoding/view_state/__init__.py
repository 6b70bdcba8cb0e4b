"""View state: the state of a page that a browser sends back, read as a structure and never deserialised."""
