"""Tools for testing with games: strategies for hypothesis."""
