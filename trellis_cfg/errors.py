"""Exceptions for unusable input; any other exception is a bug."""

from collections.abc import Mapping


class ConfigError(Exception):
    """Unusable input: a config, a file or a setting; the message says what to do.

    ``line`` and ``column`` count code points from 1; ``code`` is that of the rule that reports it,
    or empty.
    """

    def __init__(self, message: str, line: int = 1, column: int = 1, *, code: str = "") -> None:
        """Keep the message, its place and the code."""
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.code = code


class InvalidDocument(ConfigError):
    """Text that is not valid JSON, with the place of the first error.

    ``comma`` is the offset of a trailing comma, if that is the error.
    """

    comma: int | None = None


class EditRefused(ConfigError):
    """An edit that is ambiguous, or would break the document."""


class FileRefused(ConfigError):
    """A file that cannot be read, or must not be replaced."""


class LeftAlone(ConfigError):
    """A valid file that is not changed; the message says why."""


class SettingsError(ConfigError):
    """A setting in the file ``path`` that is unknown or invalid."""

    def __init__(self, message: str, path: str = "", *, line: int = 1, column: int = 1) -> None:
        """Keep the file, too."""
        super().__init__(message, line, column)
        self.path = path


class InvalidOption(ConfigError):
    """An option of a command that cannot be used; ``option`` is empty if it is several."""

    def __init__(self, message: str, option: str = "") -> None:
        """Keep the name of the option, too."""
        super().__init__(message)
        self.option = option


class WorkerLost(ConfigError):
    """A worker process of this run was killed."""


class MetadataError(ConfigError):
    """A data directory whose samples cannot be counted for a dataset.

    ``texts`` are the parts of the message, whose placeholders are the names of ``figures``.
    """

    def __init__(self, *texts: str, **figures: object) -> None:
        """Keep the parts of the message, too."""
        self.texts = texts
        self.figures = figures
        super().__init__(self.translate({}))

    def translate(self, translations: Mapping[str, str]) -> str:
        """Return the message with other texts for its parts."""
        return "".join(translations.get(text, text) for text in self.texts).format(**self.figures)
