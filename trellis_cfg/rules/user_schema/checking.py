"""Whether a schema can be applied: it is one, keeps to its file, and comes to an end."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from jsonschema.exceptions import best_match

from trellis_cfg.document.paths import Path
from trellis_cfg.rules.user_schema.drafts import Draft
from trellis_cfg.rules.user_schema.errors import findings
from trellis_cfg.rules.user_schema.subschemas import (
    Refuse,
    Subschema,
    children,
    in_place,
    referred,
    refuse_unusable,
    spell_out_false,
)

_DEEP = "this is nested too deeply to be checked"


class Checking:
    """Goes through all that a check may come to; ``paths`` tells objects by their id."""

    def __init__(self, draft: Draft, paths: Mapping[int, Path], refuse: Refuse) -> None:
        """Start with nothing seen."""
        self._draft = draft
        self._paths = paths
        self._refuse = refuse
        self._seen: set[int] = set()
        self._judged_with: dict[int, list[int]] = defaultdict(list)
        self._references: dict[tuple[int, int], Path] = {}

    def check(self, root: Subschema) -> None:
        """Raise what ``refuse`` makes for the first thing that cannot be applied."""
        pending = [root]
        while pending:
            one = pending.pop()
            if id(one.contents) not in self._seen:
                self._refuse_invalid(one)
                whole = list(self._with_all_inside(one))
                pending += [target for inner in whole for target in self._targets(inner)]
        self._refuse_endless()

    def _refuse_invalid(self, one: Subschema) -> None:
        """Hold a schema against that of its draft."""
        try:
            error = best_match(self._draft.metaschema.iter_errors(one.contents))
        except RecursionError:
            raise self._refuse(one.path, _DEEP) from None
        if error is not None:
            found = next(findings(error, one.contents))
            told = f"this is no valid JSON Schema: {found.message}"
            raise self._refuse((*one.path, *found.path), told, on_key=found.on_key)

    def _with_all_inside(self, root: Subschema) -> Iterator[Subschema]:
        """Yield a schema and all that stand in it, each once, if it can be used."""
        pending = [root]
        while pending:
            one = pending.pop()
            if id(one.contents) in self._seen:
                continue
            self._seen.add(id(one.contents))
            refuse_unusable(one.path, one.contents, self._draft, self._refuse)
            spell_out_false(one.contents)
            yield one
            pending += children(one, self._draft, self._paths, self._refuse)

    def _targets(self, one: Subschema) -> Iterator[Subschema]:
        """Yield what a schema refers to in the file, and note what judges the same value."""
        here = id(one.contents)
        for at, target in referred(one, self._draft, self._refuse):
            there = id(target.contents)
            self._references[here, there] = at
            self._judged_with[here].append(there)
            if there in self._paths:
                yield target._replace(path=self._paths[there])
        if not (self._draft.ignores_siblings and "$ref" in one.contents):
            self._judged_with[here] += map(id, in_place(one.contents))

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
