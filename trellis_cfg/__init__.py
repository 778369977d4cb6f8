"""Upgrades, lints and previews the JSON configs that TRELLIS models train from."""

__version__ = "0.1.0"
