"""Alliances whose strength changes over time."""
