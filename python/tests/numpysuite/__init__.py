"""NumPy's own tests, once plainly and once with NumPy's Python functions accelerated.

``python -m numpysuite`` (in the folder ``python/tests``) runs both and prints
every test whose outcome differs. `inplace` accelerates, `plugin` is loaded by
the pytest of each run, `compare` starts the runs and reads what they noted.
"""
