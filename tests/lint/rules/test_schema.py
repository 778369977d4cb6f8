"""What a project demands of its configs in a JSON Schema of its own."""

import json
from typing import Any

from tests.lint.rules.configs import STRUCTURE_VAE
from tests.lint.rules.tables import case, raw, reports
from trellis_cfg.lint.options import Facts, UserSchema


def demanding(schema: object) -> Facts:
    return Facts(schema=UserSchema("team.json", json.dumps(schema).encode()))


def of_args(schema: dict[str, Any]) -> Facts:
    """Return the facts with a schema of the trainer's arguments."""
    return demanding({"properties": {"trainer": {"properties": {"args": schema}}}})


OWNED = demanding({"required": ["owner"], "properties": {"owner": {"pattern": "^[a-z]+$"}}})

CASES = {
    "TC008": {
        "a key is missing": case(
            STRUCTURE_VAE,
            {},
            '1:1 error TC008 the config has no "owner", which the schema requires',
            facts=OWNED,
        ),
        "a value does not match": case(
            STRUCTURE_VAE,
            {"owner": "Vision"},
            '52:14 error TC008 owner is "Vision", but must match ^[a-z]+$',
            facts=OWNED,
        ),
        "a key that the schema does not know": case(
            STRUCTURE_VAE,
            {},
            '43:13 error TC008 the schema does not allow "optimizer" in trainer.args; did you mean '
            '"optimizers"?',
            facts=of_args(
                {
                    "additionalProperties": False,
                    "properties": {"optimizers": {}},
                    "patternProperties": {"^(max|batch|i)_": {}},
                }
            ),
        ),
        "no config at all": raw(
            "[]",
            "1:1 error TC005 …",
            "1:1 error TC008 the config is an empty array, but must be an object",
            facts=demanding({"type": "object"}),
        ),
        "beside a fault that another rule knows": case(
            STRUCTURE_VAE,
            {"trainer.args.max_steps": "1000"},
            '39:26 error TC008 max_steps is "1000", but must be an integer',
            '39:26 error TC104 max_steps is "1000"…',
            facts=of_args({"properties": {"max_steps": {"type": "integer"}}}),
        ),
        "all is as demanded": case(STRUCTURE_VAE, {"owner": "vision"}, facts=OWNED),
        "a format is not checked": case(
            STRUCTURE_VAE,
            {"owner": "nobody"},
            facts=demanding({"properties": {"owner": {"format": "email"}}}),
        ),
        "where the file is not JSON": raw("{", "1:2 error TC001 …", facts=OWNED),
        "infinity is reported by its own rule": case(
            STRUCTURE_VAE,
            {"trainer.args.ema_rate": [float("inf")]},
            "…",
            facts=of_args({"properties": {"ema_rate": {"items": {"type": "number"}}}}),
        ),
    }
}

test_findings = reports(CASES)
