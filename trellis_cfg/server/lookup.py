"""The classes and arguments that a config names, or is about to."""

from collections.abc import Mapping
from typing import NamedTuple

from trellis_cfg.document.paths import Key, Path
from trellis_cfg.lint.class_use import ClassUse, look_up_class
from trellis_cfg.models import CLASSES, COMPONENTS, FAMILIES
from trellis_cfg.models.class_spec import ClassSpec, Parameter
from trellis_cfg.sections import SECTIONS, TRAINER_ARGS, class_name
from trellis_cfg.server.documents import View


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
