"""Measure what a keystroke costs in an editor, once the checkout is read.

    python benchmarks/server.py [--config FILE] [--rounds 200]

Relative to ``check`` of the same text in the same process: the diagnostics of a text in which one
number changes, without the wait for the end of typing; and of those with a mistake. Without FILE,
it is a config of this repository beside the checkout that ``signatures.py`` writes.
"""

import argparse
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from signatures import CONFIG, make_checkout

from trellis_cfg.lint.linter import lint
from trellis_cfg.lint.project import LintArguments, build_lint_options
from trellis_cfg.server.documents import OpenDocument, view_document
from trellis_cfg.server.problems import list_problems
from trellis_cfg.server.projects import Projects
from trellis_cfg.settings import load_settings


def measure(work: Callable[[str], object], texts: list[str]) -> float:
    """Return the median time of some work on each text, in milliseconds; the first is not timed."""
    times = []
    for text in texts:
        start = time.perf_counter()
        work(text)
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times[1:])


def main() -> None:
    """Print a row for each text."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", type=Path)
    parser.add_argument("--rounds", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        config = options.config
        if config is None:
            make_checkout(Path(folder))
            config = Path(shutil.copy(CONFIG, folder))
        path = str(config.resolve())
        lint_options = build_lint_options(LintArguments(), load_settings(str(config.parent)))
        projects = Projects()

        def check(text: str) -> None:
            lint(path, text.encode(), lint_options)

        def serve(text: str) -> None:
            document = OpenDocument(config.as_uri(), path, text, 1, "utf-16")
            list_problems(view_document(document, projects))

        print(f"{'':22} {'check':>9} {'keystroke':>9} {'ratio':>6}")
        whole = config.read_text(encoding="utf-8")
        misspelled, broken = whole.replace('"max_steps"', '"max_step"'), whole[:-3]
        for name, old in (
            ("a number changes", whole),
            ("with a misspelled key", misspelled),
            ("with a bracket missing", broken),
        ):
            texts = [
                re.sub(r'("i_log": )\d+', rf"\g<1>{500 + number}", old, count=1)
                for number in range(options.rounds)
            ]
            checked, served = measure(check, texts), measure(serve, texts)
            print(f"{name:22} {checked:6.2f} ms {served:6.2f} ms {served / checked:6.2f}")


if __name__ == "__main__":
    main()
