"""The words of the pages: Fluent files, `locales/<language>.ftl` of each of our Django apps."""

from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from fluent.runtime import FluentBundle, FluentResource

from breachdesk.site.errors import WordsMissingError

_LOCALES = {"ko": ["ko-KR"], "en": ["en-GB"]}


def words(language: str, key: str, /, **values: Any) -> str:
    """Return a message as plain text. WordsMissingError without the message or one of its values.

    Numbers and dates are written as the language writes them.
    """
    bundle = _bundle(language)
    if not bundle.has_message(key):
        raise WordsMissingError(f"{key} has no words in {language}")
    pattern = bundle.get_message(key).value
    if pattern is None:
        raise WordsMissingError(f"{key} has no text in {language}")
    text, errors = bundle.format_pattern(pattern, values)
    if errors:
        raise WordsMissingError(f"{key} in {language}: {errors[0]}")
    return str(text)


def word_files(language: str) -> list[Path]:
    """Return the Fluent files of a language, of every app that has one."""
    paths = [Path(app.path) / "locales" / f"{language}.ftl" for app in apps.get_app_configs()]
    return [path for path in paths if path.is_file()]


@cache
def _bundle(language: str) -> FluentBundle:
    bundle = FluentBundle(_LOCALES[language], use_isolating=False)
    for path in word_files(language):
        bundle.add_resource(FluentResource(path.read_text("utf-8")))
    return bundle
