"""Tests of what a resume restores."""
