"""Equilibria of symbolic games with their conditions, and the cells of the parameter space that these cut."""
