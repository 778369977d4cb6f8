"""When a training stops, as ``preview`` says it, beside the trainer."""

from lsprotocol import types

from trellis_cfg.preview.facts import PreviewOptions, preview_row
from trellis_cfg.preview.formats import format_end
from trellis_cfg.preview.messages import Preview
from trellis_cfg.server.documents import View


def list_hints(view: View, _: types.InlayHintParams) -> list[types.InlayHint]:
    """Return the hint after the key of the trainer; none while the end is not known."""
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
