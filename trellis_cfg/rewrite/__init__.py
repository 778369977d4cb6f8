"""Plan changes of configs, then write them."""
