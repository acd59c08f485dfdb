"""A commented channel file to begin with."""

import json
from importlib.resources import files as package_files
from pathlib import Path

_SPOOL = """# A folder, for trying out: a file a message, with address and code in it.
sender = "spool"
spool = {folder}"""

_SMS = """# The gateway keeps to the contract in docs/OPERATIONS.md.
sender = "sms"
url = "https://sms.example.org/v1/messages"
token_file = "sms-token"
"""

_SMTP = """sender = "smtp"
host = "smtp.example.org"
port = 587
tls = "starttls"
user = "codes"
password_file = "smtp-password"
# Or any e-mail backend of Django, such as django-anymail's; a name ending in _FILE names a file:
# sender = "backend"
# backend = "anymail.backends.mailgun.EmailBackend"
# [email.anymail]
# MAILGUN_API_KEY_FILE = "mailgun-key"
"""


def sample(spool: Path | None) -> str:
    """The file's text; with `spool`, messages go to that folder."""
    text = (package_files("breachdesk.channel") / "sample.toml").read_text(encoding="utf-8")
    folder = "" if spool is None else json.dumps(str(spool), ensure_ascii=False)
    phone, email = (_SMS, _SMTP) if spool is None else (_SPOOL.format(folder=folder),) * 2
    return text.format(
        ko="한빛통신",
        en="Hanbit Telecom",
        sender="codes@example.org",
        phone=phone.rstrip(),
        email=email.rstrip(),
    )
