"""Django behind a bounded request body: an ASGI application that reads the body first, in memory.

Django's own ASGI handler would write an endless body to a temporary file before anything looked at
it. Here a body is read up to its limit, in time, and kept in memory only.
"""

from breachdesk.bounded._django import LOAD, Answer, BoundedDjango, Bounds, Scope

__all__ = ["LOAD", "Answer", "BoundedDjango", "Bounds", "Scope"]
