"""What is raised for input that cannot be used; any other exception is a bug."""


class ConfigError(Exception):
    """Input that cannot be used: a config, a file or a setting; its text tells what to do.

    ``line`` and ``column`` count code points from 1; ``code`` is that of the rule
    that would report it, or empty.
    """

    def __init__(self, message: str, *, line: int = 1, column: int = 1, code: str = "") -> None:
        """Keep the place and the code beside the message."""
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.code = code

    def __reduce__(self) -> tuple[object, ...]:
        """Let it travel between processes, whatever its constructor asks for."""
        return _again, (type(self), self.args, vars(self))


class InvalidDocument(ConfigError):
    """Text that is not JSON, with the place where it stops being JSON."""


class EditRefused(ConfigError):
    """An edit that would be a guess, or would spoil the document."""


class FileRefused(ConfigError):
    """A file that cannot be read, or must not be replaced."""


class LeftAlone(ConfigError):
    """A sound file that is not changed, for the reason that the message states."""


class SettingsError(ConfigError):
    """A setting in ``path`` that is unknown, or of the wrong type."""

    def __init__(self, message: str, path: str, *, line: int = 1, column: int = 1) -> None:
        """Keep the file beside the place."""
        super().__init__(message, line=line, column=column)
        self.path = path


class WorkerLost(ConfigError):
    """A process of this run that was ended from outside, with what it was to say."""


class MetadataError(ConfigError):
    """A data directory that does not tell how many samples a dataset keeps of it."""


def _again(
    cls: type[ConfigError], args: tuple[object, ...], state: dict[str, object]
) -> ConfigError:
    error = cls.__new__(cls, *args)
    vars(error).update(state)
    return error
