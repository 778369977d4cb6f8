"""Changes of configs: planned, then written."""
