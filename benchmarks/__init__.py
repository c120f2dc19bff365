"""NumPy against slipstream and its peers, in one process, to the last bit."""
