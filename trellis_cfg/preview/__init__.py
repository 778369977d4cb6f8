"""What a config's limits really mean."""
