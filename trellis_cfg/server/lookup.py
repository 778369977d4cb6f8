"""The classes and arguments that a config names, or is about to, and what they mean."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from lsprotocol import types

from trellis_cfg.document.paths import Key, Path
from trellis_cfg.lint.class_use import ClassUse, look_up_class
from trellis_cfg.lint.rules import page
from trellis_cfg.models import CLASSES, COMPONENTS, FAMILIES, find_model, load_model
from trellis_cfg.models.class_spec import ClassSpec, Parameter
from trellis_cfg.sections import SECTIONS, TRAINER_ARGS, class_name
from trellis_cfg.server.documents import View
from trellis_cfg.terminal import escape_controls

_LONGEST = 200


class Place(NamedTuple):
    """A place in the object of a class: ``rest`` are the keys from there on."""

    used: ClassUse
    rest: tuple[Key, ...]

    @property
    def parameter(self) -> Parameter | None:
        """The argument that is at this place."""
        match self.rest:
            case ("args", str(name)):
                return self.used.parameters.get(name)
        return None


def find_place(view: View, path: Path) -> Place | None:
    """Return the class whose object a path leads into; None outside of any."""
    source, outline = view.source, view.document.outline
    section, at = _find_section(path, (*SECTIONS, *(source.extra_sections if source else ())))
    entry = outline.get(at)
    if not section or not isinstance(entry, dict):
        return None
    name, args = entry.get("name"), entry.get("args")
    used = ClassUse(
        section,
        at,
        name if isinstance(name, str) else "",
        args if isinstance(args, dict) else {},
    )
    trainer = class_name(outline.value, "trainer")
    return Place(look_up_class(used, source, trainer), path[len(at) :])


def _find_section(path: Path, sections: tuple[str, ...]) -> tuple[str, Path]:
    match path:
        case ("trainer", "args", str(component), _, *_) if component in COMPONENTS:
            return component, (*TRAINER_ARGS, component)
        case ("models", _, *_):
            return "models", path[:2]
        case (str(section), *_) if section != "models" and section in sections:
            return section, (section,)
    return "", ()


def list_classes(used: ClassUse) -> Mapping[str, ClassSpec | None]:
    """Return the classes that may stand in the place of one; unread ones are None."""
    if used.listed is not None:
        return used.listed.likely_classes
    _, family = FAMILIES.get(used.section, ("", ()))
    return dict.fromkeys((*CLASSES.get(used.section, ()), *family))


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
