"""Burden-sharing: who pays for the common defence."""
