"""``python -m trellis_cfg``."""

from trellis_cfg.cli.main import main

main()
