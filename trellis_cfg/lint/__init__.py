"""Lint configs: the rules, and the places of their findings."""
