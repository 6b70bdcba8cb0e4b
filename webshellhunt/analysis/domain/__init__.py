"""The abstract domain: values, their types, and the operations on them."""
