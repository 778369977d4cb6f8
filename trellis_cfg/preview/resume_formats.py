"""The output formats of a resume: text for people, JSON for programs."""

import json
from collections.abc import Callable, Iterator

from trellis_cfg import __version__
from trellis_cfg.document.paths import format_path, format_pointer
from trellis_cfg.lint.rules.checkpoints import STAGES
from trellis_cfg.preview.facts import figures
from trellis_cfg.preview.formats import Layout, table_report
from trellis_cfg.preview.resume import Resumed
from trellis_cfg.preview.tables import cut_text
from trellis_cfg.reporters.json import dump_ascii, format_finding
from trellis_cfg.reporters.text import format_line
from trellis_cfg.restore import Change, Effect, Outcome
from trellis_cfg.terminal import escape_bytes, escape_controls

FORMAT_VERSION = 1
_TITLES: dict[Effect, tuple[str, str]] = {
    "fails": ("Fails", "error"),
    "silent": ("Changes the run silently", "warning"),
    "ignored": ("Is ignored", "warning"),
    "partly": ("Acts partly", "warning"),
    "unknown": ("Unknown", "note"),
    "acts": ("Acts", "note"),
}
"""The groups, the worst first, each with its style."""


def format_text(resumed: Resumed, layout: Layout) -> str:
    """Return the state, the changes by what they do, the findings, and the preview."""
    lines = [*_format_state(resumed, layout)]
    for effect, (title, style) in _TITLES.items():
        group = [each for each in resumed.decided if each[1].effect == effect]
        lines += ["", layout.style(title, style)] if group else []
        for change, outcome in group:
            lines += _format_change(change, outcome, layout)
    problems = [
        each for each in resumed.findings if each.code in ("TC703", "TC405") or not each.pointer
    ]
    lines += ["", *(format_line(each, layout.style) for each in problems)] if problems else []
    return "".join(f"{line}\n" for line in lines) + "\n" + table_report([resumed.row], layout)


def _format_state(resumed: Resumed, layout: Layout) -> Iterator[str]:
    folder, run = resumed.folder, resumed.row.run
    epoch = run.epoch_at(resumed.step) if run else None
    facts = {"epoch": epoch, "world size": resumed.world, "batch": resumed.batch_size}
    text = "".join(f", {name} {value:,}" for name, value in facts.items() if value is not None)
    path = layout.style(escape_controls(folder.path), "place")
    yield f"{path}: step {resumed.step:,}{text}"
    for step, problem in resumed.incomplete.items():
        yield f"  step {step:,} is not whole: {escape_controls(problem)}"
    if folder.partial:
        yield f"  of an interrupted save: {escape_controls(folder.partial[0])}"
    if resumed.checkpoint:
        values = ", ".join(f"{name} {value}" for name, value in resumed.checkpoint.items())
        yield f"  its misc file: {values}"
        steps = resumed.checkpoint.get("optimizer_step")
        if isinstance(steps, int | float) and steps > resumed.step:
            yield "  the optimizer in it is of a later step: it was saved while training went on"
    if folder.is_relaunched:
        yield "  config.json is newer than all checkpoints: another launch has replaced it"
    if not resumed.decided:
        yield "No value differs from the config that the run was trained with."
        yield "train.py overwrites config.json before it loads: an earlier attempt may have"
        yield "replaced it. Name another copy with --against FILE."
    else:
        yield "Run this before the launch: train.py overwrites config.json before it loads."


def _format_change(change: Change, outcome: Outcome, layout: Layout) -> Iterator[str]:
    name = escape_controls(format_path(change.path)) or "the config"
    old, new = (cut_text(escape_controls(text)) for text in change.format_values())
    yield f"  {layout.style(name, 'place')}: {old} -> {new}"
    stage = f"{STAGES[outcome.stage]}: " if outcome.stage else ""
    place = f" ({outcome.place})" if outcome.place else ""
    yield f"    {escape_controls(f'{stage}{outcome.reason}{place}')}"
    if outcome.advice:
        yield f"    instead: {escape_controls(outcome.advice)}"


def format_json(resumed: Resumed, _: Layout) -> str:
    """Return one object for programs; ``format_version`` counts changes of its form."""
    folder, run = resumed.folder, resumed.row.run
    changes = [_describe_change(*each) for each in resumed.decided]
    return dump_ascii(
        {
            "format_version": FORMAT_VERSION,
            "program": {"name": "trellis-cfg", "version": __version__},
            "state": {
                "path": escape_bytes(folder.path),
                "step": resumed.step,
                "epoch": run.epoch_at(resumed.step) if run else None,
                "world_size": resumed.world,
                "batch_size": resumed.batch_size,
                "latest_step": folder.latest,
                "incomplete_steps": [*resumed.incomplete],
                "problems": [escape_bytes(each) for each in resumed.incomplete.values()],
                "partial_files": [escape_bytes(each) for each in folder.partial],
                "config_is_newer": folder.is_relaunched,
                "checkpoint": {**resumed.checkpoint},
            },
            "changes": json.loads(json.dumps(changes), parse_constant=str),  # NaN is not valid
            "findings": [format_finding(each) for each in resumed.findings],
            "preview": figures(resumed.row),
        }
    )


def _describe_change(change: Change, outcome: Outcome) -> dict[str, object]:
    path, _, line = outcome.place.rpartition(":")
    return {
        "pointer": format_pointer(change.path),
        "old": change.old,
        "new": change.new,
        **({"added": True} if change.is_added else {}),
        **({"removed": True} if change.is_removed else {}),
        "effect": outcome.effect,
        "stage": outcome.stage,
        "reason": outcome.reason,
        "advice": outcome.advice,
        "path": path or None,
        "line": int(line) if path else None,
    }


FORMATS: dict[str, Callable[[Resumed, Layout], str]] = {"text": format_text, "json": format_json}
