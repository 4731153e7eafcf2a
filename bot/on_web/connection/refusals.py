"""Why a browser is not answered as it wishes: a status and the key of a sentence.

Refused
├── SignedOut    nobody is signed in, or no more
└── Unsure       the platform does not say now who they are
"""


class Refused(Exception):
    """A request that is answered in words alone."""

    def __init__(self, status: int, key: str, **facts: object) -> None:
        super().__init__(status, key, facts)
        self.status, self.key, self.facts = status, key, facts


class SignedOut(Refused):
    """They have to type `/web` in chat."""

    def __init__(self, key: str = "web.signed_out") -> None:
        super().__init__(401, key)


class Unsure(Refused):
    """In a moment it may be known who they are."""

    def __init__(self) -> None:
        super().__init__(503, "web.unsure")
