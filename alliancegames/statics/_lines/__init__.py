"""Equilibria along one parameter: the interval, the games on it, and what happens between its breakpoints."""
