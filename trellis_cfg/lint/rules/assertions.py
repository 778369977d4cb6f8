"""The rule about what the code of a checkout itself asserts of its arguments."""

from collections.abc import Iterable

from trellis_cfg.lint.config import Config, Finding, RelatedPlace
from trellis_cfg.lint.wording import format_value, shorten

# What other rules report, with more to say.
_REPORTED = frozenset(
    ["batch_size", "batch_size_per_gpu", "batch_split", "max_steps", "max_epoch", "elastic"]
)


def failed_assertion(config: Config) -> Iterable[Finding]:
    """An assertion in the code of the checkout fails with these values.

    The code is read, not run: the constructor of the class, those that it calls, and the methods
    that a training surely runs, as far as the values of the config decide them. An ``assert`` that
    is false, or a ``raise`` that is reached, ends the run at startup or in the first step. Set
    values that the code accepts; what cannot be evaluated is not reported.

    Bad (--source DIR): {"models": {"net": {"name": "Net", "args": {"channels": 9}}}}
    Good (--source DIR): {"models": {"net": {"name": "Net", "args": {"channels": 8}}}}
    Chinese: 断言不成立。按断言的要求修改取值；报告中有断言的文件和行号。
    """
    for used in config.class_uses:
        find_failed = used.facts.find_failed_assertion if used.facts else None
        failure = find_failed(used.section, used.name, used.args) if find_failed else None
        keys = [key for key in used.args if failure and key in failure.parameters]
        if failure is None or not keys or failure.parameters & _REPORTED:
            continue
        mistyped = {error.path for error in config.shape_errors if error.problem == "type"}
        if any(used.locate(key) in mistyped for key in keys):
            continue
        values = ", ".join(f"{shorten(key)} {format_value(used.args[key])}" for key in keys)
        text = f"asserts {shorten(failure.text)}, which is false for" if failure.text else "rejects"
        first, *others = (used.locate(key) for key in keys)
        also = tuple(RelatedPlace(path, "and this") for path in others)
        message, why = f"{used.name} {text} {values}", f"it fails at {failure.place}"
        yield Finding(first, message, also=also, why=why)
