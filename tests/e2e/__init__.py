"""A real Chromium against the real service, with a proxy in between that records and may lie."""
