"""The fast path: a config that passes is clean, and no rule is asked."""
