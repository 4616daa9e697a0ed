"""Deterrence: when a threat keeps a challenger at peace."""
