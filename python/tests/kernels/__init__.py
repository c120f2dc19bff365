"""Classic algorithms as loops over arrays, written as a scientist would, each with small inputs.

A kernel is a row: the function, and `make`, which gives arguments for a call. `variants` derives
further inputs from these, `check` compares an accelerated kernel with the plain one on them.
``python -m kernels`` (in the folder ``python/tests``) tells how much ran natively.
"""
