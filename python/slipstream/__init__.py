"""Runs NumPy-heavy Python functions as native code, with NumPy's own results."""
