"""The Django project: settings, security headers, languages, shared templates.

The process that runs it serves pages and nothing else. It holds no key, no database and no
cookie, and nothing that a person types is ever sent to it.
"""

from breachdesk.site._bundle import Bundle, bundle
from breachdesk.site._languages import LANGUAGES, Language, LanguageConverter, language_of
from breachdesk.site._page_settings import page_settings, silent_logging, templates
from breachdesk.site._service import Service
from breachdesk.site._static import collect, collected_folder, integrity
from breachdesk.site._words import word_files, words

__all__ = [
    "LANGUAGES",
    "Bundle",
    "Language",
    "LanguageConverter",
    "Service",
    "bundle",
    "collect",
    "collected_folder",
    "integrity",
    "language_of",
    "page_settings",
    "silent_logging",
    "templates",
    "word_files",
    "words",
]
