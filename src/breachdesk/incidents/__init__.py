"""The register: incidents with their history, statements, channels and legal clocks.

A Django app that the desk and the console share. The incident file is its import and export form.
"""

from breachdesk.incidents._actor import PERSON, Actor
from breachdesk.incidents.errors import RegisterError

__all__ = ["PERSON", "Actor", "RegisterError"]
