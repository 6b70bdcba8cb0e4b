"""What a host is made of: its drives, its Exchange and IIS directories, their settings, and every file in them."""
