"""The writers of the report formats, one module or package each: a new one is found by listing."""
