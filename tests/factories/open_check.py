"""The check process without admission: `python -m tests.factories.open_check`. For benches."""

from breachdesk.check import create_app
from breachdesk.serving._check import main
from tests.factories.gates import OpenGate

if __name__ == "__main__":
    main(lambda settings: create_app(settings, gate=OpenGate()))
