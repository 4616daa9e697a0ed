"""Solvers of repeated games: payoff sets, critical patience, certificates of strategies."""
