"""The commands that change files, and what they say."""
