"""``python -m trellis_cfg``, and the program: it imports all else where Ctrl-C is handled."""

import atexit
import gc
import os
import sys

_ENOUGH = 200_000
"""Objects until garbage is looked for: syntax trees are many objects, and no garbage."""


def main() -> None:
    """Run the program and exit with its code."""
    gc.set_threshold(_ENOUGH)
    try:
        from trellis_cfg.cli.main import main as run  # noqa: PLC0415  see above
    except KeyboardInterrupt:
        sys.exit(130)
    try:
        run()
    except SystemExit as end:  # what is written is flushed: memory need not be freed one by one
        atexit._run_exitfuncs()  # noqa: SLF001
        os._exit(end.code if isinstance(end.code, int) else 1)


if __name__ == "__main__":
    main()
