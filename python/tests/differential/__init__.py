"""Runs programs eagerly and accelerated and compares everything a user can see.

A program is one text that defines ``make(turn) -> (args, kwargs)`` and ``f``;
`run.compare` executes it both ways, `programs` writes random ones, `shrink`
makes a failing one small. ``python -m differential 1000`` (in the folder
``python/tests``) runs a campaign.
"""
