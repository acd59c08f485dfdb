"""What can be wrong with the set-up of the pages."""


class SiteError(Exception):
    """The pages cannot be served as they are set up."""


class ServiceDocumentError(SiteError):
    """BREACHDESK_SERVICE is not a service document (PROTOCOL section 10)."""


class WordsMissingError(SiteError):
    """A page asks for words that a language does not have, or without a value they need."""


class BundleMissingError(SiteError):
    """The page's scripts have not been built."""
