"""Known classes, read from plain data, so that a valid config needs no pydantic model."""

from functools import cache, lru_cache

from trellis_cfg.models import CLASSES
from trellis_cfg.models.class_spec import ClassSpec, Default, Parameter
from trellis_cfg.models.validators import ClassFacts, read_arguments, read_member


@cache
def load_spec(section: str, name: str) -> ClassSpec | None:
    """Return what the catalog knows of a class; None for a class that it does not have.

    A fork's class of that name may take other arguments: it is never complete.
    """
    if name not in CLASSES.get(section, ()):
        return None
    facts = ClassFacts(**read_member(f"{section} {name}")["facts"])
    required = {key: Parameter(key, is_required=True) for key in facts.required}
    optional = {key: Parameter(key, Default("", value)) for key, value in facts.defaults.items()}
    return ClassSpec(
        section,
        name,
        parameters={
            key: parameter._replace(package=facts.packages.get(key, facts.package))
            for key, parameter in (required | optional).items()
        },
        package=facts.package,
        ignoring_packages=tuple(facts.ignoring_packages),
        kind=facts.kind,
        is_elastic=facts.is_elastic,
    )


@lru_cache(maxsize=1024)
def is_nullable(section: str, name: str, argument: str) -> bool:
    """Return whether an argument of a class of the catalog may be null."""
    if name not in CLASSES.get(section, ()):
        return False
    field = read_arguments(section, name)["fields"].get(argument)
    return field is not None and field["schema"]["type"] == "nullable"


def list_names(section: str) -> list[str]:
    """Return the names of the classes of a section."""
    return list(CLASSES.get(section, ()))
