"""Made things for tests: fixed keys, small releases."""
