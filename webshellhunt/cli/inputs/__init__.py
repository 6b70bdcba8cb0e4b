"""The inputs that arguments name: locations, files, lists of keys, and the job built from the options."""
