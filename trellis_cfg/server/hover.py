"""What is under the pointer, where it is defined, and when a training stops."""

import os
from collections.abc import Iterator

from lsprotocol import types
from pygls import uris

from trellis_cfg.preview.facts import PreviewOptions, preview_row
from trellis_cfg.preview.formats import format_end
from trellis_cfg.preview.messages import Preview
from trellis_cfg.server import lookup
from trellis_cfg.server.documents import View
from trellis_cfg.server.outline import Token

_RULER = "\n\n---\n\n"


def build_hover(view: View, params: types.HoverParams) -> types.Hover | None:
    """Return what a key or a class means, and the pages of the rules that report it."""
    document = view.document
    token = document.outline.find_token(document.positions.find_offset(params.position))
    parts = ["\n\n".join(_describe(view, token))] if token else []
    for finding in view.findings:
        place = document.positions.find_place(finding.range)
        if place.start <= params.position <= place.end:
            parts.append(lookup.describe_rule(finding.code))
    text = _RULER.join(dict.fromkeys(filter(None, parts)))
    if not text:
        return None
    span = document.positions.find_range(token.start, token.end) if token else None
    return types.Hover(lookup.to_markdown(text), range=span)


def _describe(view: View, token: Token) -> Iterator[str]:
    place = lookup.find_place(view, token.path)
    if token.role == "value" and place and place.rest == ("name",):
        yield from lookup.describe_class(place.used)
    elif token.role == "key" and place and place.parameter:
        yield from lookup.describe_argument(place.used, place.parameter)
    elif token.role == "key" and (len(token.path) == 1 or (place and len(place.rest) == 1)):
        yield lookup.describe_section(str(token.path[-1]))


def find_definition(view: View, params: types.DefinitionParams) -> types.Location | None:
    """Return where the checkout defines a class, or reads an argument."""
    document, source = view.document, view.source
    token = document.outline.find_token(document.positions.find_offset(params.position))
    place = lookup.find_place(view, token.path) if token and source else None
    path, _, line = (_find_code(place) if place else "").rpartition(":")
    if not (source and path and line.isdecimal()):
        return None
    start = types.Position(int(line) - 1, 0)
    uri = uris.from_fs_path(os.path.join(source.root, path))
    return types.Location(uri, types.Range(start, start)) if uri else None


def _find_code(place: lookup.Place) -> str:
    """Return the file and line of what is at a place; empty for what is not in the checkout."""
    if place.parameter:
        return place.parameter.place
    spec = place.used.source
    return spec.place if spec and place.rest[:1] in ((), ("name",)) else ""


def list_hints(view: View, _: types.InlayHintParams) -> list[types.InlayHint]:
    """Return when the training stops, beside the trainer; nothing while that is not known."""
    document = view.document
    key = document.outline.find_key(("trainer",))
    options = view.options._replace(codes=frozenset(), silenced=frozenset())
    row = preview_row(document.path, document.data, PreviewOptions(options))
    run = row.run
    if key is None or run is None or run.hangs or run.latest_end is None:
        return []
    is_assumed = row.gpus_assumed and run.samples is not None
    text = f"stops {format_end(row, run, Preview())}{' (1 GPU assumed)' if is_assumed else ''}"
    position = document.positions.find_position(key.end)
    return [types.InlayHint(position, text, padding_left=True, padding_right=True)]
