"""The channel service: one-time codes to phones and mailboxes, channel tokens for right codes.

A Django project in processes of its own: HTTP (`create_app`) and the sender (`run_sender`). It
knows addresses and no leak: it may import nothing that knows an incident, a release or an entry.
"""
