"""The preview: how many epochs and steps a config means, where it stops and what it saves."""
