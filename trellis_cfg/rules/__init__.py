"""The table of codes: what each rule is called, and the function that decides it."""

from trellis_cfg.rules import limits
from trellis_cfg.rules.base import Rule

RULES = {
    "TC101": Rule("no-stop-condition", limits.no_stop_condition),
}
