"""Breachdesk: the desk that an organisation opens for the people whose data it lost."""
