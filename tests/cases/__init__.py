"""Small checkouts and configs, each with what must be reported."""
