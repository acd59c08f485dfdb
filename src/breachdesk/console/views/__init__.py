"""Views by what they are about. A view gathers what a template shows, and decides nothing."""
