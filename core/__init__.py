"""The technical kernel: it knows municipalities as tenants, and nothing of absence."""
