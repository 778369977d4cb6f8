"""The table of rules: code, name, severity and function."""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import NamedTuple

from trellis_cfg.diagnostics import ERROR, NOTE, UNREADABLE, WARNING
from trellis_cfg.lint.config import Rule
from trellis_cfg.lint.rules import (
    batch,
    checkpoints,
    compatibility,
    conditioning,
    limits,
    lr_schedule,
    names,
    optimizer,
    saves,
    text,
    train_script,
    user_schema,
    values,
)
from trellis_cfg.suggest import find_similar, format_suggestion

# How a rule's findings can be fixed, where the fix is clear.
SAFE = "`trellis-cfg check --fix`"
UNSAFE = "`trellis-cfg check --fix --unsafe-fixes`; look at it first with `--diff`"
BOTH = f"some with {SAFE}, others with {UNSAFE}"

# What a mistake costs.
STARTUP = "The run fails at startup: each attempt costs the wait for the GPUs."
LATE = "The run fails at startup or in its first steps, after loading the data and the models."
SILENT = "Nothing fails: the run uses all of its GPU time, and does not do what was meant."
LOST = "The run uses all of its GPU time; its last part, or all of it, is not saved."
HANGS = "The run holds its GPUs and trains nothing, until someone notices."
NOTHING = "The run holds its GPUs for a start, trains nothing, and exits with code 0."
RESUMED = "A run that is resumed after an interruption cannot use the GPU time spent before it."
MIXED = "A trainer runs to its end without it; other classes fail at startup."

# The facts without which a rule is silent; each is also a setting.
CHECKOUT = "a checkout: the code around the config, or `--source DIR`"
GPUS = "the number of GPUs: `--gpus` and `--nodes`"
SAMPLES = "the numbers of samples and GPUs: `--dataset-size` or `--data-dir`, and `--gpus`"
LENGTH = f"only `max_steps`; for a stop at `max_epoch`, also {SAMPLES}"
SCHEMA = "a schema: `--schema FILE`"
RUN = "the folder of a run: only `trellis-cfg resume RUN_DIR` reports it"

RULES = {
    "TC001": Rule(ERROR, text.invalid_json, fixes=SAFE, cost=STARTUP),
    "TC002": Rule(ERROR, text.encoding, fixes=SAFE, cost=STARTUP),
    "TC003": Rule(ERROR, text.duplicate_key, fixes=SAFE, cost=SILENT),
    "TC004": Rule(ERROR, text.non_finite_number, cost=SILENT),
    "TC005": Rule(ERROR, values.invalid_value, fixes=BOTH, cost=LATE),
    "TC006": Rule(ERROR, text.unreadable),
    "TC007": Rule(WARNING, values.unusual_value, fixes=UNSAFE, cost=LATE),
    "TC008": Rule(ERROR, user_schema.schema, needs=SCHEMA),
    "TC101": Rule(ERROR, limits.no_stop_condition, cost=LATE),
    "TC102": Rule(NOTE, limits.outdated, fixed_by="trellis-cfg migrate"),
    "TC103": Rule(ERROR, limits.max_steps_missing, fixes=UNSAFE, cost=STARTUP),
    "TC104": Rule(ERROR, limits.limit_not_an_integer, fixes=BOTH, cost=LATE),
    "TC105": Rule(ERROR, limits.epoch_limit_ignored, cost=SILENT, needs=CHECKOUT),
    "TC201": Rule(ERROR, batch.no_batch_size, cost=STARTUP),
    "TC202": Rule(ERROR, batch.batch_split, cost=STARTUP),
    "TC203": Rule(WARNING, batch.batch_size_ignored, fixes=SAFE, cost=SILENT),
    "TC204": Rule(ERROR, batch.batch_size_world, cost=STARTUP, needs=GPUS),
    "TC205": Rule(ERROR, batch.empty_loader, cost=HANGS, needs=SAMPLES),
    "TC301": Rule(WARNING, saves.tail_not_saved, fixes=UNSAFE, cost=LOST, needs=LENGTH),
    "TC302": Rule(ERROR, saves.never_saved, fixes=UNSAFE, cost=LOST, needs=LENGTH),
    "TC303": Rule(ERROR, saves.zero_interval, cost=LATE),
    "TC401": Rule(ERROR, optimizer.unknown_optimizer, fixes=UNSAFE, cost=STARTUP),
    "TC402": Rule(ERROR, optimizer.unknown_lr_scheduler, fixes=UNSAFE, cost=STARTUP),
    "TC403": Rule(WARNING, optimizer.unknown_optimizer_argument, fixes=BOTH, cost=STARTUP),
    "TC404": Rule(WARNING, lr_schedule.schedule_horizon, fixes=UNSAFE, cost=SILENT, needs=LENGTH),
    "TC405": Rule(WARNING, checkpoints.precision_on_resume, cost=RESUMED),
    "TC501": Rule(ERROR, names.unknown_name, fixes=UNSAFE, cost=STARTUP),
    "TC502": Rule(WARNING, names.unknown_argument, fixes=UNSAFE, cost=MIXED),
    "TC503": Rule(ERROR, values.missing_argument, cost=STARTUP),
    "TC504": Rule(ERROR, names.reserved_argument, fixes=BOTH, cost=STARTUP),
    "TC505": Rule(WARNING, train_script.overrides_command_line, cost=SILENT),
    "TC506": Rule(WARNING, train_script.placeholder, cost=LATE),
    "TC507": Rule(WARNING, train_script.unread_key, fixes=UNSAFE, cost=SILENT, needs=CHECKOUT),
    "TC508": Rule(ERROR, train_script.missing_key, cost=STARTUP, needs=CHECKOUT),
    "TC509": Rule(ERROR, values.failed_assertion, cost=LATE, needs=CHECKOUT),
    "TC510": Rule(ERROR, checkpoints.finetune_checkpoint, cost=LATE),
    "TC511": Rule(WARNING, names.deprecated_argument, fixes=UNSAFE, cost=SILENT, needs=CHECKOUT),
    "TC601": Rule(ERROR, compatibility.elastic_without_model, cost=STARTUP),
    "TC602": Rule(ERROR, compatibility.normalization_length, cost=LATE),
    "TC603": Rule(ERROR, compatibility.latent_mismatch, cost=LATE),
    "TC604": Rule(ERROR, compatibility.kind_mismatch, cost=LATE),
    "TC605": Rule(ERROR, compatibility.conditioning_width, cost=LATE),
    "TC606": Rule(ERROR, conditioning.conditioning_mismatch, cost=LATE),
    "TC701": Rule(WARNING, checkpoints.ignored_on_resume, cost=SILENT, needs=RUN),
    "TC702": Rule(ERROR, checkpoints.breaks_on_resume, cost=LATE, needs=RUN),
    "TC703": Rule(ERROR, checkpoints.nothing_left_to_train, cost=NOTHING, needs=RUN),
}


class Page(NamedTuple):
    """The manual page of a rule: one line of summary, paragraphs of Markdown, notes by label."""

    code: str
    name: str
    severity: str
    summary: str
    body: str
    notes: dict[str, str]


# An example of a rule's docstring: its label, and JSON that later lines may continue.
EXAMPLE = r"(?m)^(Bad|Good)( \(.*\))?: (.*(?:\n +.*)*)$"
_CHINESE = "Chinese: "


def page(code: str) -> Page:
    """Return the page of a code."""
    import inspect  # noqa: PLC0415  only to show it

    rule = RULES[code]
    text = inspect.cleandoc(rule.check.__doc__ or "").replace("``", "`")
    summary, _, body = text.partition(_CHINESE)[0].partition("\n\n")
    body = re.sub(EXAMPLE, r"\1\2: `\3`\n", body).strip()
    fix = f"`{rule.fixed_by}`" if rule.fixed_by else rule.fixes
    notes = {
        "Cost": rule.cost,
        "Needs": f"{rule.needs}." if rule.needs else "only the config.",
        "Fix": f"{fix}." if fix else "by hand.",
        "Silence": f"`--ignore {code}`, or `ignore` and `per-file-ignores` in the settings.",
    }
    if code == UNREADABLE or rule.needs == RUN:
        notes["Silence"] = "not possible."
    notes = {label: note for label, note in notes.items() if note}
    return Page(code, rule.name, rule.severity, " ".join(summary.split()), body, notes)


def translate(code: str) -> tuple[str, str]:
    """Return the title of a rule, and its remedy, in Chinese."""
    lines = (RULES[code].check.__doc__ or "").partition(_CHINESE)[2].splitlines()
    title, _, remedy = "".join(map(str.strip, lines)).partition("。")
    return title, remedy


# The rules about files that cannot be checked; only their full code or name turns them off.
_ALWAYS = frozenset({"TC001", "TC002", UNREADABLE})


def select_codes(select: Iterable[str] = (), ignore: Iterable[str] = ()) -> frozenset[str]:
    """Return the codes to apply: all or the selected ones, without the ignored ones.

    A prefix does not select or ignore the rules about files that cannot be checked. Raises
    ValueError for a code or prefix that no rule has.
    """
    ignored = [_match_prefix(prefix) for prefix in ignore]
    ignored_by_name = {code for codes in ignored if len(codes) == 1 for code in codes}
    selected = match_codes(select) or frozenset(RULES)
    return selected.difference(*ignored) | (_ALWAYS - ignored_by_name)


def match_codes(prefixes: Iterable[str]) -> frozenset[str]:
    """Return the codes that start with one of the prefixes, or whose rule has that name.

    Both may be globs. Raises ValueError for what no rule matches.
    """
    return frozenset(code for prefix in prefixes for code in _match_prefix(prefix))


def _match_prefix(text: str) -> list[str]:
    prefix = text.strip()
    pattern = f"{prefix.upper()}*" if prefix else ""
    codes = [
        code
        for code, rule in RULES.items()
        if fnmatchcase(code, pattern) or fnmatchcase(rule.name, prefix.lower())
    ]
    if not codes:
        names = [rule.name for rule in RULES.values()]
        group = [code for code in RULES if code[:3] == prefix[:3].upper()]
        others = group or dict.fromkeys(code[:3] for code in RULES)
        rest = f"; codes {'are' if group else 'start with'} {', '.join(others)}"
        raise ValueError(f'no rule "{text}"{format_suggestion(find_similar(text, names)) or rest}')
    return codes
