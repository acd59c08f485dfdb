"""Django is set up before a file of this folder asks for the models, whatever ran before it."""

import tests.factories.channel  # noqa: F401 (loads the models)
