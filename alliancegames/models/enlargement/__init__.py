"""Enlargement: the friction that the growth of an alliance meets."""
