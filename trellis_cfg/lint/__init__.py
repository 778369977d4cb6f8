"""What is wrong with a config: rules, and where their findings stand."""
