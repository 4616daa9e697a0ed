"""Formal game-theoretic models of alliance politics.

Everything is loaded on first use: ``import alliancegames as ag`` takes a moment only.
"""

import logging

import lazy_loader

# The names are listed once, in the stub beside this file, where type checkers find them too.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

logging.getLogger(__name__).addHandler(logging.NullHandler())
