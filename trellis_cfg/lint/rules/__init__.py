"""The table of rules: code, name, severity and function."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from trellis_cfg.diagnostics import ERROR, NOTE, WARNING
from trellis_cfg.lint.config import Rule
from trellis_cfg.lint.rules import (
    assertions,
    batch,
    compatibility,
    conditioning,
    finetuning,
    limits,
    lr_schedule,
    names,
    optimizer,
    precision,
    resume,
    saves,
    text,
    train_script,
    user_schema,
    values,
)
from trellis_cfg.suggest import find_similar, format_suggestion

# How a rule's findings can be fixed, where the fix is clear.
SAFE = "trellis-cfg check --fix"
UNSAFE = f"{SAFE} --unsafe-fixes"
BOTH = f"{SAFE}, or for some {UNSAFE}"

RULES = {
    "TC001": Rule("invalid-json", ERROR, text.invalid_json, fixes=SAFE),
    "TC002": Rule("encoding", ERROR, text.encoding, fixes=SAFE),
    "TC003": Rule("duplicate-key", ERROR, text.duplicate_key, fixes=SAFE),
    "TC004": Rule("non-finite-number", ERROR, text.non_finite_number),
    "TC005": Rule("invalid-value", ERROR, values.invalid_value, fixes=BOTH),
    "TC006": Rule("unreadable", ERROR, text.unreadable),
    "TC007": Rule("unusual-value", WARNING, values.unusual_value, fixes=UNSAFE),
    "TC008": Rule("schema", ERROR, user_schema.rejected_by_schema),
    "TC101": Rule("no-stop-condition", ERROR, limits.no_stop_condition),
    "TC102": Rule("outdated", NOTE, limits.outdated, fixed_by="trellis-cfg migrate"),
    "TC103": Rule("max-steps-missing", ERROR, limits.max_steps_missing, fixes=UNSAFE),
    "TC104": Rule("limit-not-an-integer", ERROR, limits.limit_not_an_integer, fixes=BOTH),
    "TC105": Rule("epoch-limit-ignored", ERROR, limits.epoch_limit_ignored),
    "TC201": Rule("no-batch-size", ERROR, batch.no_batch_size),
    "TC202": Rule("batch-split", ERROR, batch.batch_split),
    "TC203": Rule("batch-size-ignored", WARNING, batch.batch_size_ignored, fixes=SAFE),
    "TC204": Rule("batch-size-world", ERROR, batch.batch_size_world),
    "TC205": Rule("empty-loader", ERROR, batch.empty_loader),
    "TC301": Rule("tail-not-saved", WARNING, saves.tail_not_saved, fixes=UNSAFE),
    "TC302": Rule("never-saved", ERROR, saves.never_saved, fixes=UNSAFE),
    "TC303": Rule("zero-interval", ERROR, saves.zero_interval),
    "TC401": Rule("unknown-optimizer", ERROR, optimizer.unknown_optimizer, fixes=UNSAFE),
    "TC402": Rule("unknown-lr-scheduler", ERROR, optimizer.unknown_lr_scheduler, fixes=UNSAFE),
    "TC403": Rule(
        "unknown-optimizer-argument", WARNING, optimizer.unknown_optimizer_argument, fixes=BOTH
    ),
    "TC404": Rule("schedule-horizon", WARNING, lr_schedule.schedule_horizon, fixes=UNSAFE),
    "TC405": Rule("precision-on-resume", WARNING, precision.precision_on_resume),
    "TC501": Rule("unknown-name", ERROR, names.unknown_name, fixes=UNSAFE),
    "TC502": Rule("unknown-argument", WARNING, names.unknown_argument, fixes=UNSAFE),
    "TC503": Rule("missing-argument", ERROR, values.missing_argument),
    "TC504": Rule("reserved-argument", ERROR, names.reserved_argument, fixes=BOTH),
    "TC505": Rule("overrides-command-line", WARNING, train_script.overrides_command_line),
    "TC506": Rule("placeholder", WARNING, train_script.placeholder),
    "TC507": Rule("unread-key", WARNING, train_script.unread_key, fixes=UNSAFE),
    "TC508": Rule("missing-key", ERROR, train_script.missing_key),
    "TC509": Rule("failed-assertion", ERROR, assertions.failed_assertion),
    "TC510": Rule("finetune-checkpoint", ERROR, finetuning.finetune_checkpoint),
    "TC511": Rule("deprecated-argument", WARNING, names.deprecated_argument, fixes=UNSAFE),
    "TC601": Rule("elastic-without-model", ERROR, compatibility.elastic_without_model),
    "TC602": Rule("normalization-length", ERROR, compatibility.normalization_length),
    "TC603": Rule("latent-mismatch", ERROR, compatibility.latent_mismatch),
    "TC604": Rule("kind-mismatch", ERROR, compatibility.kind_mismatch),
    "TC605": Rule("conditioning-width", ERROR, compatibility.conditioning_width),
    "TC606": Rule("conditioning-mismatch", ERROR, conditioning.conditioning_mismatch),
    "TC701": Rule("ignored-on-resume", WARNING, resume.ignored_on_resume),
    "TC702": Rule("breaks-on-resume", ERROR, resume.breaks_on_resume),
    "TC703": Rule("nothing-left-to-train", ERROR, resume.nothing_left_to_train),
}


class Page(NamedTuple):
    """The manual page of a rule; ``summary`` is one line, ``body`` paragraphs of Markdown."""

    code: str
    name: str
    severity: str
    summary: str
    body: str
    fixed_by: str


# An example of a rule's docstring: its label, and JSON that later lines may continue.
EXAMPLE = re.compile(r"^(Bad|Good)( \(.*\))?: (.*(?:\n +.*)*)$", re.MULTILINE)


def page(code: str) -> Page:
    """Return the page of a code."""
    import inspect  # noqa: PLC0415  only to show it

    rule = RULES[code]
    text = inspect.cleandoc(rule.check.__doc__ or "").replace("``", "`")
    summary, _, body = text.partition("\n\n")
    body = EXAMPLE.sub(r"\1\2: `\3`\n", body).strip()
    fixed_by = rule.fixed_by or rule.fixes
    return Page(code, rule.name, rule.severity, " ".join(summary.split()), body, fixed_by)


# The rules about files that cannot be checked; only their full code or name turns them off.
_ALWAYS = frozenset({"TC001", "TC002", "TC006"})


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
    """Return the codes that start with one of the prefixes, or whose rule has that name."""
    return frozenset(code for prefix in prefixes for code in _match_prefix(prefix))


def _match_prefix(text: str) -> list[str]:
    prefix = text.strip()
    codes = [
        code
        for code, rule in RULES.items()
        if (prefix and code.startswith(prefix.upper())) or rule.name == prefix.lower()
    ]
    if not codes:
        similar = find_similar(text, [rule.name for rule in RULES.values()])
        hint = format_suggestion(similar) or "; trellis-cfg explain lists them"
        raise ValueError(f'no rule "{text}"{hint}')
    return codes
