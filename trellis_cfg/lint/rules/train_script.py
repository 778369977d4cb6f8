"""Rules about what does not belong in a config, or was left to be filled in."""

from collections.abc import Iterator

from trellis_cfg.document.paths import iterate_leaves
from trellis_cfg.lint.config import Config, Finding
from trellis_cfg.lint.wording import format_value

_OPTIONS = frozenset(
    {
        "config",
        "output_dir",
        "load_dir",
        "ckpt",
        "data_dir",
        "auto_retry",
        "tryrun",
        "profile",
        "num_nodes",
        "node_rank",
        "num_gpus",
        "master_addr",
        "master_port",
    }
)
_PLACEHOLDER = "PATH_TO_"


def overrides_command_line(ctx: Config) -> Iterator[Finding]:
    """A key of the config silently replaces an option of train.py.

    train.py puts the config's top-level keys over what the command line said: whoever passes
    ``--data_dir`` trains on the config's ``data_dir`` all the same.
    """
    for key in ctx.value if isinstance(ctx.value, dict) else ():
        if key in _OPTIONS:
            yield Finding((key,), f"{key} replaces train.py's option --{key}", on_key=True)


def placeholder(ctx: Config) -> Iterator[Finding]:
    """A value still reads PATH_TO_…: put the real path there.

    TRELLIS.2 ships configs for fine-tuning with such values; a run fails looking for the file.
    """
    if ctx.document and not (b"PATH_TO_" in ctx.document.data or b"\\" in ctx.document.data):
        return
    for path, text in iterate_leaves(ctx.value, _is_placeholder):
        yield Finding(path, f"{format_value(text)} is a placeholder: put the real path here")


def _is_placeholder(value: object) -> bool:
    return isinstance(value, str) and _PLACEHOLDER in value
