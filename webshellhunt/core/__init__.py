"""The core: one small language and its one evaluator; it knows no language of pages and no library."""
