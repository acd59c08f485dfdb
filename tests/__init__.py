"""The tests: unit (mirrors src), property, contract, e2e; factories make what they need."""
