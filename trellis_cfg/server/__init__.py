"""The language server: what the lint, the preview and a checkout say, in an editor."""
