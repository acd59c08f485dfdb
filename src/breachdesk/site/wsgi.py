"""The WSGI application that `breachdesk serve` runs under granian."""

import os

import django
from django.core.wsgi import get_wsgi_application

from breachdesk.site._static import collect

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "breachdesk.site.settings")
django.setup()
collect()

application = get_wsgi_application()
