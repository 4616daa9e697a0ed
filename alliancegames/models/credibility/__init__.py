"""Credibility: which commitments are believed."""
