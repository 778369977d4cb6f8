"""Which files there are, their bytes in, and their replacement out; nobody else writes."""
