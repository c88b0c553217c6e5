"""The one error of a rule set that cannot be used."""


class RuleError(ValueError):
    """A rule set is wrong. `path` names the place (`during[2].day`); `str()` is a Danish sentence naming it too."""

    def __init__(self, path: str, message: str) -> None:
        self.path = path
        self.message = message
        super().__init__(f"{path}: {message}" if path else message)
