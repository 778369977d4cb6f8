"""What may be typed at a place: sections, classes and their arguments."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress

from lsprotocol import types

from trellis_cfg.models.class_spec import Parameter
from trellis_cfg.sections import SECTIONS
from trellis_cfg.server import lookup
from trellis_cfg.server.documents import View
from trellis_cfg.server.outline import Token

OPTIONS = types.CompletionOptions(trigger_characters=['"'])


def list_completions(view: View, params: types.CompletionParams) -> list[types.CompletionItem]:
    """Return what may be typed at a position; keys that are there already are left out."""
    document = view.document
    spot = document.outline.find_spot(document.positions.find_offset(params.position))
    if spot is None:
        return []
    span = document.positions.find_range(spot.start, spot.end)
    propose = _propose_keys if spot.role == "key" else _propose_values
    items = [*propose(view, spot, span)]
    for item in items:
        item.filter_text = json.dumps(item.label, ensure_ascii=False)
        item.insert_text_format = types.InsertTextFormat.PlainText
    return items


def _propose_keys(view: View, spot: Token, span: types.Range) -> Iterator[types.CompletionItem]:
    """Yield the keys that the object at a spot may have, with their defaults."""
    outline = view.document.outline
    after = outline.text[spot.end :]
    has_value = re.match(r"\s*:", after)
    comma = "," if re.match(r'\s*"', after) else ""
    present = outline.get(spot.path)
    for key, parameter in _list_keys(view, spot):
        if isinstance(present, dict) and key in present:
            continue
        text, value = json.dumps(key, ensure_ascii=False), ""
        default = lookup.format_default(parameter)
        with suppress(ValueError):  # what the code has may not be JSON
            json.loads(default)
            value = default
        text = text if has_value else f"{text}: {value}{comma}"
        place = lookup.find_place(view, (*spot.path, key)) if parameter.name else None
        description = lookup.find_description(place.used, key) if place else ""
        yield types.CompletionItem(
            key,
            text_edit=types.TextEdit(span, text),
            kind=types.CompletionItemKind.Property,
            detail="required" if parameter.is_required else f"= {default}" if default else None,
            documentation=lookup.to_markdown(description) if description else None,
        )


def _list_keys(view: View, spot: Token) -> Iterator[tuple[str, Parameter]]:
    """Yield the keys of the object at a spot, with what is known of them as arguments."""
    place = lookup.find_place(view, (*spot.path, "")) if spot.path else None
    if not spot.path:
        yield from ((section, Parameter("")) for section in sorted(SECTIONS))
    elif place and place.rest == ("",):
        yield from (("name", Parameter("")), ("args", Parameter("")))
    elif place and place.rest == ("args", ""):
        yield from place.used.parameters.items()


def _propose_values(view: View, spot: Token, span: types.Range) -> Iterator[types.CompletionItem]:
    """Yield the classes, or the choices of an argument, that may stand at a spot."""
    place = lookup.find_place(view, spot.path)
    if place and place.rest == ("name",):
        for name, spec in lookup.list_classes(place.used).items():
            edit, kind = types.TextEdit(span, json.dumps(name)), types.CompletionItemKind.Class
            detail = (spec.place if spec else "") or None
            yield types.CompletionItem(name, text_edit=edit, kind=kind, detail=detail)
    elif place and place.parameter:
        for choice in place.parameter.choices:
            edit = types.TextEdit(span, json.dumps(choice, ensure_ascii=False))
            kind = types.CompletionItemKind.Value
            yield types.CompletionItem(str(choice), text_edit=edit, kind=kind)
