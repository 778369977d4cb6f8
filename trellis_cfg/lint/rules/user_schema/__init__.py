"""A JSON Schema of the user's own, applied to configs: it alone imports jsonschema."""
