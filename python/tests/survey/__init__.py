"""Ordinary library code: the examples in SciPy's and scikit-learn's docstrings, plainly and accelerated.

``python -m survey`` (in the folder ``python/tests``) runs every example twice
and compares all that its statements produce. `examples` finds them, `record`
takes down what a statement gives, `worker` is the process that runs them,
`steps` sees which statements of the libraries Python had to run, `operations`
which of them work on arrays, `runs` starts the processes and `report` writes
``benchmarks/LIBRARIES.md``.
"""
