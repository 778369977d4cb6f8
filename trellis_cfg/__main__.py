"""``python -m trellis_cfg``, and the program: it imports all else where Ctrl-C is handled."""

import sys


def main() -> None:
    """Run the program and exit with its code."""
    try:
        from trellis_cfg.cli.main import main as run  # noqa: PLC0415  see above
    except KeyboardInterrupt:
        sys.exit(130)
    run()


if __name__ == "__main__":
    main()
