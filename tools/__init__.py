"""What maintainers run to renew what is shipped."""
