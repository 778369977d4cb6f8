"""The assertions of a checkout's classes that the arguments of a config do not meet.

Constructors, and the methods that surely run after them, are followed statement by statement on
known values. What may be otherwise is unknown, and nothing is reported of it.
"""

import copy
from collections.abc import Mapping

from trellis_cfg.source.assertions.evaluate import Known, Names
from trellis_cfg.source.assertions.outcomes import Failed, FailedAssertion, Unfollowable
from trellis_cfg.source.assertions.statements import Run
from trellis_cfg.source.mro import Mro
from trellis_cfg.source.names import Definition, Resolver
from trellis_cfg.source.train_script import ClassCall

_RUN = {"models": ("forward",), "trainer": ("training_losses",), "dataset": ("get_instance",)}
"""The methods that a training surely calls."""


def find_failed_assertion(
    resolver: Resolver,
    mro: Mro,
    definition: Definition,
    call: ClassCall,
    arguments: Mapping[str, object],
) -> FailedAssertion | None:
    """Return the first assertion that a class with these arguments does not meet, if one surely is.

    ``call`` is how the train script creates it, with the arguments of the config beside its own.
    """
    passed = call.arguments
    if passed.positional is None or call.is_open:
        return None
    keywords: Names = dict.fromkeys(passed.keywords)
    for key, value in arguments.items():
        keywords[key] = Known(copy.deepcopy(value), frozenset([key]))
    run = Run(resolver, mro)
    try:
        attributes = run.construct(definition, keywords, [None] * passed.positional)
        run.call_later(definition, attributes, _RUN.get(call.section, ()))
    except Failed as failed:
        return failed.failure
    except (Unfollowable, RecursionError):
        return None
    return None
