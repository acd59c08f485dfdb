"""What can be wrong with a request for a made leak."""


class SynthError(Exception):
    """The request cannot be fulfilled; the message says why and what to ask for instead."""
