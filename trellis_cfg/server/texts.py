"""What classes, arguments and rules mean, in Markdown."""

import json
import re
from collections.abc import Iterator

from lsprotocol import types

from trellis_cfg.lint.class_use import ClassUse
from trellis_cfg.lint.rules import page
from trellis_cfg.models import FAMILIES, find_model, load_model
from trellis_cfg.models.class_spec import Parameter
from trellis_cfg.terminal import escape_controls

_LONGEST = 200


def format_code(text: str) -> str:
    """Return a text as code, on one line, whatever it holds."""
    text = escape_controls(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence} {text} {fence}" if "`" in text else f"{fence}{text}{fence}"


def format_default(parameter: Parameter) -> str:
    """Return the default of an argument as JSON, or as the code has it; empty without one."""
    default = parameter.default
    if default is None:
        return ""
    is_plain = default.is_none or default.value is not None
    return json.dumps(default.value, ensure_ascii=False) if is_plain else default.text


def describe_class(used: ClassUse) -> Iterator[str]:
    """Yield the paragraphs on a class."""
    yield f"**{format_code(used.name)}** ({used.section})"
    model = find_model(used.section, used.name)
    if model and model.__doc__:
        yield " ".join(model.__doc__.partition("\n\n")[0].split())
    spec = used.source
    if spec is None:
        yield "Of the catalog." if used.catalog else "Not known."
        return
    bases = [format_code(name.lstrip("?")) for name in spec.mro[1:]]
    if bases:
        yield f"Extends {', '.join(bases)}."
    yield f"Defined in {format_code(spec.place)}."


def describe_argument(used: ClassUse, parameter: Parameter) -> Iterator[str]:
    """Yield the paragraphs on an argument of a class."""
    yield f"**{format_code(parameter.name)}**, argument of {format_code(used.name)}"
    if text := find_description(used, parameter.name):
        yield text
    default = format_default(parameter)
    if parameter.is_required:
        yield "Required."
    elif default:
        yield f"Default: {format_code(default)}."
    if parameter.annotation:
        yield f"Type: {format_code(parameter.annotation)}."
    if parameter.place:
        yield f"Read in {format_code(parameter.place)}."


def find_description(used: ClassUse, argument: str) -> str:
    """Return what the models say of an argument of a class, or of one that it extends."""
    from trellis_cfg.models.json_schema import read_descriptions  # noqa: PLC0415  imports pydantic

    names = (used.name, *(used.spec.mro if used.spec else ()))
    models = [find_model(used.section, name) for name in names]
    if used.name in FAMILIES.get(used.section, ("", ()))[1]:
        models.append(load_model(used.section, used.name))
    texts = (read_descriptions(model).get(argument) for model in models if model)
    return next(filter(None, texts), "")


def describe_section(key: str) -> str:
    """Return what the models say of a section, or of a key of one; empty for another key."""
    from trellis_cfg.models.config import Config, Trainer  # noqa: PLC0415  imports pydantic
    from trellis_cfg.models.json_schema import read_descriptions  # noqa: PLC0415  likewise

    text = (read_descriptions(Trainer) | read_descriptions(Config)).get(key, "")
    return f"**{format_code(key)}**\n\n{text}" if text else ""


def describe_rule(code: str) -> str:
    """Return the page of a rule."""
    rule = page(code)
    parts = (f"**{code} {rule.name}** ({rule.severity})", rule.summary, rule.body)
    return "\n\n".join(filter(None, parts))


def to_markdown(text: str) -> types.MarkupContent:
    """Return a text as the protocol has Markdown."""
    return types.MarkupContent(types.MarkupKind.Markdown, text)
