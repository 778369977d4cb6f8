"""Config sections, config detection and stop conditions."""

from collections.abc import Mapping

SECTIONS = frozenset({"models", "dataset", "trainer"})
TRAINER_ARGS = ("trainer", "args")
LIMITS = ("max_steps", "max_epoch")
INTERVALS = ("i_print", "i_log", "i_sample", "i_save", "i_ddpcheck")
OPTIONS = frozenset(
    {
        *("config", "output_dir", "load_dir", "ckpt", "data_dir", "auto_retry", "tryrun"),
        *("profile", "num_nodes", "node_rank", "num_gpus", "master_addr", "master_port"),
    }
)
"""The options of train.py, which a key of the config overrides."""
TRAINER_METHODS = (
    *("init_models_and_more", "prepare_dataloader", "load_data", "run_step", "run"),
    *("save", "load", "snapshot"),
)
"""The methods of a trainer that ``trellis_cfg.training`` can wrap."""
ENDLESS = "no stop condition: max_steps and max_epoch are both null"


def is_config(value: object) -> bool:
    """Return whether a JSON value has one of the sections as an object, or two of them."""
    sections = [value[key] for key in SECTIONS & value.keys()] if isinstance(value, dict) else []
    return len(sections) > 1 or any(isinstance(each, dict) for each in sections)


def trainer_args(value: object) -> dict[str, object] | None:
    """Return the arguments of a config's trainer, if it has such an object."""
    for key in TRAINER_ARGS:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else None


def class_name(value: object, section: str) -> str:
    """Return the name of the class in a config's section; empty without one."""
    entry = value.get(section) if isinstance(value, dict) else None
    name = entry.get("name") if isinstance(entry, dict) else None
    return name if isinstance(name, str) else ""


def is_endless(args: Mapping[str, object]) -> bool:
    """Return whether both limits are null or absent in a trainer's arguments."""
    return all(args.get(key) is None for key in LIMITS)
