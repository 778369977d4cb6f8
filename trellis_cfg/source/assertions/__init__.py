"""The assertions of a checkout's classes that the arguments of a config do not meet.

Constructors, and the methods that surely run after them, are followed statement by statement on
known values. What may be otherwise is unknown, and nothing is reported of it.
"""

import copy
from collections.abc import Mapping

from trellis_cfg.source.assertions.evaluate import Known, Names
from trellis_cfg.source.assertions.frame import Failed, FailedAssertion, Run, Unfollowable
from trellis_cfg.source.assertions.statements import call_later, construct
from trellis_cfg.source.mro import Mro
from trellis_cfg.source.names import Definition, Resolver
from trellis_cfg.source.train_script import ClassCall

_RUN = {"models": ("forward",), "trainer": ("training_losses",), "dataset": ("get_instance",)}
"""The methods that a training surely calls."""
_MAX_OUTCOMES = 32
_Outcome = tuple[dict[str, str], FailedAssertion | None]
"""The arguments that the code has looked at, as text, and what was found."""


class ClassAssertions:
    """The assertions of a class, as one call of a train script creates it.

    What was found for some arguments holds for others of the same types with the same values of
    those that the code has looked at.
    """

    def __init__(
        self, resolver: Resolver, mro: Mro, definition: Definition, call: ClassCall
    ) -> None:
        """``call`` gives the arguments that the train script passes besides those of the config."""
        self._resolver, self._mro = resolver, mro
        self._definition, self._call = definition, call
        self._outcomes: dict[frozenset[tuple[str, type]], list[_Outcome]] = {}

    def find_failed(self, arguments: Mapping[str, object]) -> FailedAssertion | None:
        """Return the first assertion that arguments do not meet, if one surely is."""
        types = frozenset((key, type(value)) for key, value in arguments.items())
        outcomes = self._outcomes.setdefault(types, [])
        for looked_at, failure in outcomes:
            if all(repr(arguments[key]) == text for key, text in looked_at.items()):
                return failure
        run = Run(self._resolver, self._mro)
        failure = self._follow(run, arguments)
        outcomes.append(({key: repr(arguments[key]) for key in run.looked_at}, failure))
        del outcomes[:-_MAX_OUTCOMES]
        return failure

    def _follow(self, run: Run, arguments: Mapping[str, object]) -> FailedAssertion | None:
        passed = self._call.arguments
        if passed.positional is None or self._call.is_open:
            return None
        keywords: Names = dict.fromkeys(passed.keywords)
        for key, value in arguments.items():
            keywords[key] = Known(copy.deepcopy(value), frozenset([key]))
        try:
            attributes = construct(run, self._definition, keywords, [None] * passed.positional)
            call_later(run, self._definition, attributes, _RUN.get(self._call.section, ()))
        except Failed as failed:
            return failed.failure
        except (Unfollowable, RecursionError):
            pass
        return None
