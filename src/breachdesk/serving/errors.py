"""What this package raises."""


class ServeError(Exception):
    """The service cannot start, or cannot go on. The message says what to do."""


class PortInUse(ServeError):  # noqa: N818 (named for what is wrong)
    """Another program listens where pages or evaluator should."""

    def __init__(self, port: int, option: str, reason: str) -> None:
        super().__init__(
            f"port {port} cannot be used ({reason}): end the program that listens there, or choose "
            f"another with {option}"
        )
        self.port = port
        self.option = option


class ChildFailed(ServeError):  # noqa: N818 (named for what happened)
    """A process of the service ended before the service was ready."""

    def __init__(self, name: str, code: int) -> None:
        super().__init__(
            f"the {name} process ended (code {code}) before the service was ready: "
            "its own message stands above"
        )
        self.name = name
        self.code = code


class NotAllowed(ServeError):  # noqa: N818 (named for what is wrong)
    """The system does not let a process be started as it was asked for."""

    def __init__(self, name: str, user: str | None) -> None:
        who = "this user" if user is None else f"the user {user}"
        super().__init__(
            f"the {name} process cannot be started: {who} may not run this Python: install "
            "Breachdesk where that user can read it, such as /opt"
        )


class NotWitnessed(Exception):  # noqa: N818 (named for what happened)
    """A witness did not cosign. People can check all the same. The message says why."""
