"""Governance: how alliances decide."""
