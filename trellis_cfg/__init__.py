"""Upgrades, lints and previews the JSON configs that TRELLIS models train from."""

__version__ = "0.1.0"
__url__ = ""
"""The repository: where reports and the site link to, as soon as it is set."""
