"""How slipstream is built: the PEP 517 backend and the two extension modules."""
