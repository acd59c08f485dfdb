"""`{% t "key" %}` writes words, `{% slots "key" "count" %}` words whose values the script fills."""

from typing import Any

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from breachdesk.site._bundle import PAGES, bundle
from breachdesk.site._static import integrity
from breachdesk.site._words import words

register = template.Library()
# Private-use characters: they are in no message, and escaping leaves them alone.
_OPEN, _CLOSE = "\ue000", "\ue001"


@register.simple_tag(takes_context=True)
def t(context: Context, key: str, **values: Any) -> str:
    """Return the words of a key in the page's language; the template escapes them."""
    return words(context["language"], key, **values)


@register.simple_tag(takes_context=True)
def slots(context: Context, key: str, *names: str) -> SafeString:
    """Return the words with an empty `<span data-slot>` for each named value."""
    text = words(context["language"], key, **{name: f"{_OPEN}{name}{_CLOSE}" for name in names})
    html = escape(text).replace(_OPEN, '<span data-slot="').replace(_CLOSE, '"></span>')
    return mark_safe(html)  # noqa: S308 escaped above; names come from templates


@register.simple_tag
def script(entry: str, folder: str = PAGES) -> SafeString:
    """Return the element for one of the scripts of a bundle, with its integrity."""
    name = bundle(folder).names[entry]
    return mark_safe(  # noqa: S308 both values are ours
        f'<script type="module" src="{static(name)}" integrity="{integrity(name)}"></script>'
    )


@register.simple_tag
def script_url(entry: str, folder: str = PAGES) -> str:
    """Return the address of one of the scripts of a bundle."""
    return static(bundle(folder).names[entry])


@register.simple_tag
def style(name: str) -> SafeString:
    """Return the element for a style sheet under its hashed name, with its integrity."""
    return mark_safe(  # noqa: S308 both values are ours
        f'<link rel="stylesheet" href="{static(name)}" integrity="{integrity(name)}">'
    )


@register.filter
def said(text: Any, language: str) -> str:
    """Return a Text of the incident in a language; nothing for no text."""
    return "" if text is None else str(text.in_language(language))
