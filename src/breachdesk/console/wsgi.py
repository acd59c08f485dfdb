"""The WSGI application of the console. The process has called `_parts.use` before."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
