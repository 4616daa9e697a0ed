"""Compiled kernels. Importing one loads numba, so callers import them where they call them."""
