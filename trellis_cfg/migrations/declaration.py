"""A table that declares operations, read and judged."""

from collections.abc import Iterable
from typing import NamedTuple

from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import Path, parse_path
from trellis_cfg.errors import ConfigError, SettingsError
from trellis_cfg.migrations.operations.conditions import When
from trellis_cfg.migrations.operations.values import Json
from trellis_cfg.migrations.sources import Source
from trellis_cfg.near import did_you_mean, nearest

CONDITIONS = ("when", "when-json")


class Table(NamedTuple):
    """A table of a declaration, and where it stands."""

    source: Source
    at: Path
    values: dict[str, object]

    def refusal(self, message: str, *keys: str) -> SettingsError:
        """Return the error for a key, or for the whole table, at its line."""
        line = self.source.line((*self.at, *keys))
        return SettingsError(message, self.source.path, line=line)

    def refuse_unknown(self, known: Iterable[str]) -> None:
        """Raise the error for the first key that is none of the ``known``."""
        names = list(known)
        for key in self.values:
            if key not in names:
                hint = did_you_mean(nearest(key, names)) or f"; known: {', '.join(names)}"
                raise self.refusal(f'unknown key "{key}"{hint}', key)

    def text(self, key: str, example: str) -> str:
        """Return a string that has to be there."""
        value = self.values.get(key)
        if key not in self.values:
            raise self.refusal(f'{key} is missing: {key} = "{example}"')
        if not isinstance(value, str) or not value:
            raise self.refusal(f'{key} must be a string, such as "{example}"', key)
        return value

    def path(self, key: str) -> str:
        """Return a dotted path that has to be there."""
        found = self.text(key, "trainer.args.num_workers")
        self._judge(found, key)
        return found

    def beside(self, key: str, path: str) -> str | None:
        """Return the key's value, a single key or a path, as a path with the parent of ``path``."""
        if key not in self.values:
            return None
        *parents, own = parse_path(path)
        *above, last = parse_path(self.path(key))
        if above not in ([], parents):
            parent = ".".join(parents) or "the top"
            raise self.refusal(f"{key} names a key of {'.'.join(above)}, not of {parent}", key)
        if last in {own, "*"}:
            raise self.refusal(f"{key} must name another key than {own}, and one only", key)
        return ".".join((*parents, last))

    def json(self, key: str) -> Json:
        """Return a value that has to be there, written as such or as JSON text."""
        found = self.json_or_none(key)
        if found is None:
            raise self.refusal(f'{key} is missing: {key} = 4, or {key}-json = "null"')
        return found

    def json_or_none(self, key: str) -> Json | None:
        """Return a value, None where it is not given."""
        other = f"{key}-json"
        if key in self.values and other in self.values:
            raise self.refusal(f"{key} and {other} are both given: keep one", other)
        if other in self.values:
            return self._parsed(self.text(other, "null"), other)
        if key in self.values:
            return self._raw(self.values[key], key)
        return None

    def conditions(self) -> tuple[When, ...]:
        """Return the conditions of an operation."""
        found = []
        for key in CONDITIONS:
            conditions = self.values.get(key, {})
            if not isinstance(conditions, dict) or (key in self.values and not conditions):
                message = f'{key} must be a table, such as {{ "dataset.name" = "SLat" }}'
                raise self.refusal(message, key)
            found += [self._condition(key, path, value) for path, value in conditions.items()]
        return tuple(found)

    def _condition(self, key: str, path: str, value: object) -> When:
        self._judge(path, key, path)
        if key == "when":
            if isinstance(value, dict):
                message = 'when: write the whole path in quotes, "dataset.name" = …; '
                raise self.refusal(f"{message}an object goes into when-json", key, path)
            return When(path, self._raw(value, key, path))
        if not isinstance(value, str):
            raise self.refusal(f'{key} must hold JSON in strings, such as "null"', key, path)
        return When(path, self._parsed(value, key, path))

    def _judge(self, path: str, *keys: str) -> None:
        if any(not part or part != part.strip() for part in parse_path(path)):
            message = f'"{path}" is no path: a part of it is empty, or has blanks around it'
            raise self.refusal(f"{keys[0]}: {message}", *keys)

    def _parsed(self, text: str, *keys: str) -> Json:
        try:
            document = Document(text.encode("utf-8"))
        except ConfigError as error:
            raise self.refusal(f"{keys[0]}: {text!r} is no JSON: {error.message}", *keys) from None
        if document.duplicates:
            raise self.refusal(f"{keys[0]}: a key stands twice in {text!r}", *keys)
        return Json(document.text[slice(*document.root)])

    def _raw(self, value: object, *keys: str) -> Json:
        try:
            return Json(self.source.raw((*self.at, *keys), value))
        except ValueError as error:
            raise self.refusal(f"{keys[0]}: {error}", *keys) from None
