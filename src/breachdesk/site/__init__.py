"""The Django project: settings, security headers, languages, shared templates.

The process that runs it serves pages and nothing else. It holds no key, no database and no
cookie, and nothing that a person types is ever sent to it.
"""
