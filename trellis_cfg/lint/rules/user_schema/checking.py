"""Whether a schema can be applied: it is one, keeps to its file, and comes to an end."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from jsonschema_specifications import REGISTRY

from trellis_cfg.document.paths import Path
from trellis_cfg.lint.rules.user_schema.drafts import Draft
from trellis_cfg.lint.rules.user_schema.errors import findings
from trellis_cfg.lint.rules.user_schema.subschemas import (
    Refuse,
    Subschema,
    children,
    in_place,
    referred,
    refuse_unusable,
    spell_out_booleans,
)

_DEEP = "this is nested too deeply to be checked"


def check(schema: dict[str, Any], draft: Draft, paths: Mapping[int, Path], refuse: Refuse) -> None:
    """Raise what ``refuse`` makes for the first thing that cannot be applied.

    ``paths`` tells the objects of the file by their id.
    """
    _refuse_invalid((), schema, draft, refuse)  # first: the library takes identifiers as strings
    resolver = REGISTRY.resolver_with_root(draft.specification.create_resource(schema))
    _Checking(draft, paths, refuse).check(Subschema((), schema, resolver))


def _refuse_invalid(path: Path, schema: dict[str, Any], draft: Draft, refuse: Refuse) -> None:
    """Hold a schema against that of its draft."""
    try:
        error = next(draft.metaschema.iter_errors(schema), None)
    except RecursionError:
        raise refuse(path, _DEEP) from None
    if error is not None:
        found = next(findings(error, schema))
        told = f"this is no valid JSON Schema: {found.message}"
        raise refuse((*path, *found.path), told, on_key=found.on_key)


class _Checking:
    """Goes through all that an application of the schema may come to."""

    def __init__(self, draft: Draft, paths: Mapping[int, Path], refuse: Refuse) -> None:
        """Start with nothing seen."""
        self._draft = draft
        self._paths = paths
        self._refuse = refuse
        self._seen: set[int] = set()
        self._judged_with: dict[int, list[int]] = defaultdict(list)
        self._references: dict[tuple[int, int], Path] = {}

    def check(self, root: Subschema) -> None:
        """Go through a schema that is valid, and what it refers to."""
        pending = [root]
        while pending:
            one = pending.pop()
            if id(one.contents) not in self._seen:
                whole = list(self._with_all_inside(one))
                pending += [target for inner in whole for target in self._targets(inner)]
        self._refuse_endless()

    def _with_all_inside(self, root: Subschema) -> Iterator[Subschema]:
        """Yield a schema and all that stand in it, each once, if it can be used."""
        pending = [root]
        while pending:
            one = pending.pop()
            if id(one.contents) in self._seen:
                continue
            self._seen.add(id(one.contents))
            refuse_unusable(one.path, one.contents, self._draft, self._refuse)
            spell_out_booleans(one.contents, self._draft)
            yield one
            pending += children(one, self._draft, self._paths, self._refuse)

    def _targets(self, one: Subschema) -> Iterator[Subschema]:
        """Yield what a schema refers to beside these, and note what judges the same value."""
        here = id(one.contents)
        for at, target in referred(one, self._draft, self._refuse):
            there = id(target.contents)
            self._references[here, there] = at
            self._judged_with[here].append(there)
            if there in self._paths and there not in self._seen:
                path = self._paths[there]
                _refuse_invalid(path, target.contents, self._draft, self._refuse)
                yield target._replace(path=path)
        if not (self._draft.ignores_siblings and "$ref" in one.contents):
            self._judged_with[here] += map(id, in_place(one.contents, self._draft))

    def _refuse_endless(self) -> None:
        """Refuse references that lead back to where they stand, and not deeper into the value."""
        try:
            TopologicalSorter(self._judged_with).prepare()
        except CycleError as error:
            circle: list[int] = error.args[1]
            steps = zip(circle[1:], circle[:-1], strict=True)
            at = next(self._references[step] for step in steps if step in self._references)
            told = "this leads back to itself, and never deeper into the value: it has no end"
            raise self._refuse(at, told) from None
