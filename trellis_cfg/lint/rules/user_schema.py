"""The rule that a project writes itself: a JSON Schema; jsonschema decides, wording is ours."""

import re
import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache, reduce
from itertools import groupby, islice
from operator import getitem
from typing import Any, NoReturn

from trellis_cfg.document.document import Document
from trellis_cfg.document.paths import Path
from trellis_cfg.errors import ConfigError, SettingsError
from trellis_cfg.lint.config import Config, Finding
from trellis_cfg.lint.options import UserSchema
from trellis_cfg.lint.wording import (
    describe_demand,
    format_path,
    format_value,
    join_demands,
    shorten,
)
from trellis_cfg.suggest import find_similar, format_suggestion

SECONDS = 10  # for one config: thousands of times longer than any schema needs
_MOST_ERRORS, _MOST_NAMES, _LONGEST_REASON = 1_000, 200, 160
_DRAFTS = (
    *(f"http://json-schema.org/draft-0{number}/schema" for number in (3, 4, 6, 7)),
    *(f"https://json-schema.org/draft/{name}/schema" for name in ("2019-09", "2020-12")),
)
_KNOWN = "; known: 3, 4, 6, 7, 2019-09 and 2020-12, as json-schema.org URLs"
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_UNUSABLE = (re.error, ArithmeticError, AttributeError, TypeError, ValueError)
_MAPS = ("properties", "patternProperties", "$defs", "definitions", "prefixItems", "items")
Error = Any  # of jsonschema; to its types, the fields may still be unset


def schema(config: Config) -> Iterator[Finding]:
    """The JSON Schema that is set with ``--schema`` rejects the config.

    A project can have its own requirements: a required key, an agreed range. Write them as a JSON
    Schema (drafts 3 to 2020-12, by its ``$schema``) and name the file in ``--schema``, or as
    ``schema`` in the settings. Of several alternatives the closest is reported; a short
    ``description`` in the schema is shown as the reason. A reference to another document is
    refused, never fetched, and ``format`` is not checked.

    Chinese: 不符合指定的 JSON Schema。按 schema 的要求修改该值。
    """
    if config.facts.schema is not None:
        yield from compile_schema(config.facts.schema).apply(config.value)


class CompiledSchema:
    """A valid schema whose references stay in its file."""

    def __init__(self, source: UserSchema) -> None:
        """Check the schema; raise SettingsError, with its line and column, if it is not valid."""
        from jsonschema_specifications import REGISTRY  # noqa: PLC0415  as slow as jsonschema

        self._path = source.path
        try:
            self._document = Document(source.data)
        except ConfigError as error:
            place = {"line": error.line, "column": error.column}
            raise SettingsError(error.message, source.path, **place) from None
        schema: Any = self._document.value
        draft = self._find_draft(schema)
        self._parts = {id(part): (path, part) for path, part in _parts(schema)}
        self._validator = draft(schema, registry=REGISTRY)  # which fetches nothing
        inner = [part for path, part in self._parts.values() if path]
        has_bases = any(isinstance(part.get("$id", part.get("id")), str) for part in inner)
        for _, part in self._parts.values():
            if isinstance(part.get("items"), bool) and "additionalItems" in draft.VALIDATORS:
                part["items"] = {} if part["items"] else {"not": {}}
            if not has_bases and any(isinstance(part.get(key), str) for key in _REFERENCES):
                self.apply(None, self._validator.evolve(schema=part))  # follows the reference

    def _find_draft(self, schema: Any) -> Any:  # noqa: ANN401  a class of jsonschema
        """Return the draft that a valid schema names, or the latest."""
        from jsonschema import FormatChecker, SchemaError, validators  # noqa: PLC0415

        if not isinstance(schema, dict | bool):
            self._refuse((), f"a schema is an object, true or false, not {format_value(schema)}")
        dialect = schema.get("$schema", _DRAFTS[-1]) if isinstance(schema, dict) else _DRAFTS[-1]
        if str(dialect).rstrip("#") not in _DRAFTS:
            hint = format_suggestion(find_similar(str(dialect), _DRAFTS))
            self._refuse(("$schema",), f"unknown JSON Schema draft{hint or _KNOWN}")
        draft: Any = validators.validator_for({"$schema": dialect})
        try:
            draft.check_schema(schema, format_checker=FormatChecker(("regex",)))
        except SchemaError as error:
            finding = _explain(error, schema)[0]
            message = f"not a valid JSON Schema: {finding.message}"
            self._refuse(finding.path, message, on_key=finding.on_key)
        except (RecursionError, OverflowError):
            self._refuse((), "nested too deeply, or has a number too large, to be checked")
        return draft

    def apply(self, value: object, part: Any = None) -> Iterable[Finding]:  # noqa: ANN401
        """Return what the schema, or a part of it, rejects of a value, each thing once."""
        from jsonschema.exceptions import UnknownType  # noqa: PLC0415  slow to import
        from referencing.exceptions import Unresolvable  # noqa: PLC0415

        errors, rest = list[Error](), list[Finding]()
        try:
            with _time_limit(SECONDS):
                errors.extend(islice((part or self._validator).iter_errors(value), _MOST_ERRORS))
        except TimeoutError as error:
            message = f"takes more than {SECONDS} seconds for one config: simplify it"
            self._refuse_failed(error, message, ("pattern", "patternProperties"))
        except Unresolvable as error:
            self._refuse_failed(error, "is not in this file, and no other is read", _REFERENCES)
        except (UnknownType, *_UNUSABLE) as error:
            if part or not isinstance(error, ArithmeticError | ValueError):
                keys = ("patternProperties", "type", "disallow", *_REFERENCES)
                self._refuse_failed(error, "cannot be applied: check types and patterns", keys)
            rest = [Finding((), "contains a number too large to validate")]
        except BaseException as error:
            is_panic = type(error).__name__ == "PanicException"  # of rpds, where a recursion ends
            if not (is_panic or isinstance(error, RecursionError)):
                raise
            self._refuse_failed(
                error, "leads back to itself, or a config is nested too deeply", _REFERENCES
            )
        rest = [*(finding for error in errors for finding in _explain(error, value)), *rest]
        return reversed({(each.path, each.message): each for each in reversed(rest)}.values())

    def _refuse_failed(self, error: BaseException, text: str, keys: Iterable[str]) -> NoReturn:
        """Refuse a schema at the last of its parts that was applied and has one of the keys."""
        from traceback import walk_tb  # noqa: PLC0415  most projects have no schema

        scopes = [frame.f_locals for frame, _ in walk_tb(error.__traceback__)]
        parts = [self._parts.get(id(scope.get("schema")), ((), {})) for scope in scopes]
        causes = [((*path, key), part[key]) for path, part in parts for key in keys if key in part]
        place, cause = causes[-1] if causes else ((), None)
        self._refuse(place, f"{format_value(cause)} {text}" if isinstance(cause, str) else text)

    def _refuse(self, path: Path, message: str, *, on_key: bool = False) -> NoReturn:
        entry = self._document.find(path)
        start = (entry.start if on_key else entry.value) if entry else self._document.root.start
        raise SettingsError(message, self._path, **self._document.place(start)._asdict())


compile_schema = lru_cache(maxsize=2)(CompiledSchema)  # once for each process


def _parts(value: Any, path: Path = (), *, is_map: bool = False) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401
    """Yield each part of a schema; write false as an object, for which jsonschema has a place."""
    if isinstance(value, dict) and not is_map:
        yield path, value
    if isinstance(value, dict | list):
        for key, part in list(value.items() if isinstance(value, dict) else enumerate(value)):
            if is_map and part is False:
                value[key] = {"not": {}}
            elif is_map or key not in ("const", "enum", "default", "examples"):
                is_inner = key in _MAPS and (key != "items" or isinstance(part, list))
                yield from _parts(part, (*path, key), is_map=is_inner and not is_map)


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in what takes longer; not on Windows, nor outside the main thread."""

    def ring(*_: object) -> NoReturn:
        raise TimeoutError

    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "alarm"):
        yield
        return
    handler = signal.signal(signal.SIGALRM, ring)
    timer = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *timer)
        signal.signal(signal.SIGALRM, handler or signal.SIG_DFL)


def _explain(error: Error, value: object) -> list[Finding]:
    """Return what an error means; the reason is the schema's own, if it is short."""
    if error.context and error.validator in ("anyOf", "oneOf"):
        findings = _explain_alternatives(error, value)
    else:
        findings = [Finding(path, text, on_key=True) for path, text in _explain_keys(error)]
        findings = findings or [_demand([error], value) or _explain_value(error)]
    schema = error.schema if isinstance(error.schema, dict) else {}
    why = schema.get("errorMessage", schema.get("description"))
    is_short = isinstance(why, str) and len(why) <= _LONGEST_REASON and why.isprintable()
    return [each._replace(why=each.why or str(why)) if is_short else each for each in findings]


def _explain_keys(error: Error) -> Iterator[tuple[Path, str]]:
    """Yield place and message for each key that an error is about."""
    limit, instance, path = error.validator_value, error.instance, tuple(error.absolute_path)
    match error.validator, limit, instance:
        case "required", _, _:
            path, names = (path[:-1], path[-1:]) if limit is True else (path, limit)  # draft 3
            for key in (name for name in names if name not in instance):
                text = f'{format_path(path)} has no "{shorten(key)}", which the schema requires'
                yield path, text
        case (("additionalProperties" | "unevaluatedProperties"), _, _):
            absent = [key for key in error.schema.get("properties", ()) if key not in instance]
            for key in _extra_keys(error):
                hint = format_suggestion(find_similar(key, absent[:_MOST_NAMES]))
                text = f'the schema does not allow "{shorten(key)}" in {format_path(path)}{hint}'
                yield (*path, key), text
        case (("dependentRequired" | "dependencies"), _, _):
            for key in limit.keys() & instance.keys():
                names = [limit[key]] if isinstance(limit[key], str) else limit[key]
                for name in set(names if isinstance(names, list) else ()) - instance.keys():
                    text = f'the schema requires "{shorten(name)}" when {shorten(key)} is set'
                    yield (*path, key), text
        case "not", {"required": [str(key)], **rest}, dict() if not rest:
            yield (*path, key), f'the schema forbids "{shorten(key)}" in {format_path(path)}'


def _extra_keys(error: Error) -> list[str]:
    """Return the keys that a schema does not expect; none where that is not sure."""
    if error.validator == "additionalProperties":
        keys = (key for key in error.instance if key not in error.schema.get("properties", ()))
        patterns = error.schema.get("patternProperties", ())
        return [key for key in keys if not any(re.search(pattern, key) for pattern in patterns)]
    sure = [key for key in error.instance if repr(key) in error.message]
    lists = (f"({', '.join(map(repr, order))} w" for order in (sure, sorted(sure)))
    return sure if any(each in error.message for each in lists) else []


def _explain_value(error: Error) -> Finding:
    """Return what an error means for which there is no demand."""
    path, keyword, limit = tuple(error.absolute_path), error.validator, error.validator_value
    start = f"{format_path(path)} is {format_value(error.instance)}"
    is_never = keyword == "not" and limit in ({}, True)
    text = f'which does not meet "{keyword}" of the schema'
    if keyword in ("items", "additionalItems"):
        count = len(error.schema.get("prefixItems" if keyword == "items" else "items", ()))
        path, text = (*path, count), f"but the schema allows {count}"
    elif error.schema is False or is_never:
        text = "which the schema does not allow here"
    elif error.context:
        text = "which matches no alternative in the schema"
    elif keyword == "oneOf":
        text = "which matches several alternatives in the schema, but must match exactly one"
    return Finding(path, f"{start}, {text}", on_key=is_never and isinstance((0, *path)[-1], str))


def _explain_alternatives(error: Error, value: object) -> list[Finding]:
    """Return what is wrong with the closest alternative: of the right type, and named right."""
    context = [each for each in error.context if each.schema_path]  # no index if it is false
    branches = [[*group] for _, group in groupby(context, lambda each: each.schema_path[0])]
    typed = [each for each in branches if all(e.path or e.validator != "type" for e in each)]
    for errors in (_align(branches), _align(typed)):
        if errors and (finding := _demand(errors, value)):
            return [finding]
    likely = typed or branches
    ranked = sorted((sum(map(_is_name, each)), len(each), at) for at, each in enumerate(likely))
    if not ranked or ranked[0][:2] in [each[:2] for each in ranked[1:]]:
        return [_explain_value(error)]
    closest = likely[ranked[0][2]]
    if ranked[0][0] not in [names for names, *_ in ranked[1:]]:
        return [finding for each in closest for finding in _explain(each, value)]
    why = "the closest alternative in the schema; none matches"
    deepest = max(closest, key=lambda each: len(each.path))
    return [each._replace(why=each.why or why) for each in _explain(deepest, value)]


def _align(branches: list[list[Error]]) -> list[Error]:
    """Return an error of each alternative, all about a value that decides between them."""
    tables = [
        {tuple(e.path): e for e in branch if _is_name(e) or (len(branch) == 1 and not e.path)}
        for branch in branches
    ]
    shared = [path for path in tables[0] if all(path in each for each in tables)] if tables else []
    return [table[shared[0]] for table in tables] if shared else []


def _is_name(error: Error) -> bool:
    return error.validator in ("const", "enum") and len(error.path) <= 1


def _demand(errors: list[Error], value: Any) -> Finding | None:  # noqa: ANN401  any JSON value
    """Return what the value of some errors must be, to meet any of them; None without words."""
    demands = (describe_demand(e.validator, e.validator_value, e.schema) for e in errors)
    if not (demand := join_demands(demands)):
        return None
    path, instance, hint = tuple(errors[0].absolute_path), errors[0].instance, ""
    if isinstance(instance, str):
        limits = [e.validator_value for e in errors if e.validator in ("const", "enum")]
        names = [
            n for v in limits for n in (v if isinstance(v, list) else [v]) if isinstance(n, str)
        ]
        hint = format_suggestion(find_similar(instance, names[:_MOST_NAMES]))
        if isinstance(reduce(getitem, path, value), dict):  # propertyNames: its key is meant
            text = f'the key "{shorten(instance)}" must {demand}{hint}'
            return Finding((*path, instance), text, on_key=True)
    return Finding(
        path, f"{format_path(path)} is {format_value(instance)}, but must {demand}{hint}"
    )
