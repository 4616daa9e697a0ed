"""Autonomy: what protection costs in freedom of action."""
