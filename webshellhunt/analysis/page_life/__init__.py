"""Page life: which functions of a page the server calls, in its order, and with which arguments."""
