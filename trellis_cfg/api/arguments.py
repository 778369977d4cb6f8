"""The arguments of the public functions: TypeError or ValueError for what is unusable."""

from collections.abc import Collection

from trellis_cfg.lint.class_use import MAX, is_integer
from trellis_cfg.lint.options import Facts, LintOptions, UserSchema
from trellis_cfg.lint.rules import select_codes
from trellis_cfg.migrations import Migration
from trellis_cfg.source import CheckoutFinder, find_checkout


def encode_config(config: str | bytes) -> bytes:
    """Return the content of a file; a lone surrogate becomes a finding, not an error."""
    require(isinstance(config, str | bytes), "config", "str or bytes", config)
    return config.encode("utf-8", "surrogatepass") if isinstance(config, str) else config


def encode_text(text: str) -> bytes:
    """Return a text in UTF-8; raises ValueError for a lone surrogate, which has none there."""
    require(isinstance(text, str), "text", "str", text)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        message = f"lone surrogate at offset {error.start}: UTF-8 cannot encode it"
        raise ValueError(message) from None


def build_options(
    facts: Facts | None,
    checkout: str | None,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
) -> LintOptions:
    """Return the options; raises TypeError or ValueError for an unusable code, fact or folder."""
    require_list("select", select, "codes")
    require_list("ignore", ignore, "codes")
    codes = select_codes(select, ignore)
    facts = Facts() if facts is None else facts
    require(isinstance(facts, Facts), "facts", "api.Facts", facts)
    for name in ("gpus", "nodes", "dataset_size"):
        number = getattr(facts, name)
        if number is not None or name == "nodes":
            require(is_integer(number), name, "an integer", number)
            require(0 < number <= MAX, name, "more than 0, in 64 bits", number, ValueError)
    require(isinstance(facts.runtime, bool), "runtime", "True or False", facts.runtime)
    schema = facts.schema
    is_schema = isinstance(schema, UserSchema) and isinstance(schema.data, bytes)
    require(schema is None or is_schema, "schema", "api.UserSchema, with bytes", schema)
    require(facts.source is None, "source", "None: the folder is an argument", facts.source)
    if facts.migrations is not None:
        require_list("migrations", facts.migrations, "migrations", Migration)
        facts = facts._replace(migrations=tuple(facts.migrations))
    return LintOptions(codes, facts, checkouts=_find_checkout(checkout))


def _find_checkout(folder: str | None) -> CheckoutFinder | None:
    if folder is None:
        return None
    require(isinstance(folder, str), "checkout", "str", folder)
    checkout = find_checkout(folder)
    if checkout is None:
        raise ValueError(f"no package with trainers/ and models/ or datasets/ in {folder!r}")
    return CheckoutFinder((checkout,))


def require_list(name: str, values: Collection[object], noun: str, item: type = str) -> None:
    """Raise TypeError for a single value, or one in a list that is not an ``item``."""
    is_list = isinstance(values, Collection) and not isinstance(values, str | bytes | item)
    is_typed = is_list and all(isinstance(each, item) for each in values)
    require(is_typed, name, f"a list of {noun}", values)


def require(
    holds: bool,  # noqa: FBT001  what is required
    name: str,
    expected: str,
    value: object,
    error: type[Exception] = TypeError,
) -> None:
    """Raise an error that says what an argument must be, unless it is."""
    if not holds:
        raise error(f"{name} must be {expected}, not {value!r:.80}")
