"""Rules about misplaced keys and unfilled placeholders."""

from collections.abc import Iterable

from trellis_cfg.document.paths import iterate_leaves
from trellis_cfg.lint.config import Config, Finding
from trellis_cfg.lint.wording import format_value

_OPTIONS = frozenset(
    {
        *("config", "output_dir", "load_dir", "ckpt", "data_dir", "auto_retry", "tryrun"),
        *("profile", "num_nodes", "node_rank", "num_gpus", "master_addr", "master_port"),
    }
)
_PLACEHOLDER = "PATH_TO_"


def overrides_command_line(config: Config) -> Iterable[Finding]:
    """A config key silently overrides a train.py option.

    In train.py, top-level config keys override the command line: with ``data_dir`` in the config,
    ``--data_dir`` has no effect. Remove the key, and pass the option.

    Bad: {"data_dir": "/data/shapes"}
    Good: {"_comment": "started with --data_dir /data/shapes"}
    """
    for key in config.value if isinstance(config.value, dict) else ():
        if key in _OPTIONS:
            yield Finding((key,), f"{key} overrides the train.py option --{key}", on_key=True)


def placeholder(config: Config) -> Iterable[Finding]:
    """Placeholder PATH_TO_…: replace it with the real path.

    TRELLIS.2 ships configs for fine-tuning with such values; a run fails when it opens the file.

    Bad: {"trainer": {"args": {"finetune_ckpt": {"denoiser": "PATH_TO_512_CKPT"}}}}
    Good: {"trainer": {"args": {"finetune_ckpt": {"denoiser": "/data/denoiser_512.pt"}}}}
    """
    data = config.document.data if config.document else b"\\"
    if b"PATH_TO_" in data or b"\\" in data:
        for path, text in iterate_leaves(config.value, _is_placeholder):
            message = f"{format_value(text)} is a placeholder: replace it with the real path"
            yield Finding(path, message)


def _is_placeholder(value: object) -> bool:
    return isinstance(value, str) and _PLACEHOLDER in value
