"""Entrapment and abandonment: what allies fear from each other."""
