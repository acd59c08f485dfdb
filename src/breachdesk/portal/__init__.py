"""The public pages: what leaked, the check, what to do, how it is known.

Nothing that is typed reaches this code: the check runs in the visitor's browser, against the
evaluator and the buckets.
"""
