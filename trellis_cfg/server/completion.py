"""What may be typed at a place: sections, classes and their arguments."""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from lsprotocol import types

from trellis_cfg.models.class_spec import Parameter
from trellis_cfg.sections import SECTIONS
from trellis_cfg.server import texts
from trellis_cfg.server.documents import View
from trellis_cfg.server.lookup import find_place, list_classes
from trellis_cfg.server.outline import Spot

OPTIONS = types.CompletionOptions(trigger_characters=['"'])
_KINDS = types.CompletionItemKind


class _Proposal(NamedTuple):
    """A text that may stand somewhere, with what it means."""

    label: str
    text: str
    kind: types.CompletionItemKind
    detail: str = ""
    description: str = ""


def list_completions(view: View, params: types.CompletionParams) -> list[types.CompletionItem]:
    """Return what may be typed at a position; keys that are there already are left out."""
    document = view.document
    spot = document.outline.find_spot(document.positions.find_offset(params.position))
    if spot is None or view.file is None:
        return []
    proposals = _propose_keys(view, spot) if spot.role == "key" else _propose_values(view, spot)
    span = document.positions.find_range(spot.start, spot.end)
    return [
        types.CompletionItem(
            each.label,
            kind=each.kind,
            detail=each.detail or None,
            documentation=types.MarkupContent(types.MarkupKind.Markdown, each.description)
            if each.description
            else None,
            filter_text=json.dumps(each.label, ensure_ascii=False),
            insert_text_format=types.InsertTextFormat.PlainText,
            text_edit=types.TextEdit(span, each.text),
        )
        for each in proposals
    ]


def _propose_keys(view: View, spot: Spot) -> Iterator[_Proposal]:
    """Yield the keys that the object at a spot may have, with their defaults."""
    outline = view.document.outline
    after = outline.text[spot.end :]
    has_value = re.match(r"\s*:", after)
    comma = "," if re.match(r'\s*"', after) else ""
    present = outline.get(spot.path)
    for key, parameter in _list_keys(view, spot):
        if isinstance(present, dict) and key in present:
            continue
        text = json.dumps(key, ensure_ascii=False)
        default = texts.format_default(parameter)
        value = default if _is_json(default) else ""
        place = find_place(view, (*spot.path, key)) if parameter.name else None
        yield _Proposal(
            key,
            text if has_value else f"{text}: {value}{comma}",
            _KINDS.Property,
            "required" if parameter.is_required else default and f"= {default}",
            texts.find_description(place.used, key) if place else "",
        )


def _list_keys(view: View, spot: Spot) -> Iterator[tuple[str, Parameter]]:
    """Yield the keys of the object at a spot, with what is known of them as arguments."""
    place = find_place(view, (*spot.path, "")) if spot.path else None
    if not spot.path:
        yield from ((section, Parameter("")) for section in sorted(SECTIONS))
    elif place and place.rest == ("",):
        yield from (("name", Parameter("")), ("args", Parameter("")))
    elif place and place.rest == ("args", ""):
        yield from place.used.parameters.items()


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _propose_values(view: View, spot: Spot) -> Iterator[_Proposal]:
    """Yield the classes, or the choices of an argument, that may stand at a spot."""
    place = find_place(view, spot.path)
    if place and place.rest == ("name",):
        for name, spec in list_classes(place.used).items():
            detail = spec.place if spec else ""
            yield _Proposal(name, json.dumps(name), _KINDS.Class, detail)
    elif place and place.parameter:
        for choice in place.parameter.choices:
            text = json.dumps(choice, ensure_ascii=False)
            yield _Proposal(str(choice), text, _KINDS.Value)
