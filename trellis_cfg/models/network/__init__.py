"""Arguments of the networks."""
