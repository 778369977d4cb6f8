"""What a script may choose of the runtime."""

import os
from typing import NamedTuple

from trellis_cfg.catalogue import Language, language
from trellis_cfg.training.reports import Look


class Options(NamedTuple):
    """The language of the reports (by default that of the locale), how often, and the last save.

    ``step_every`` counts steps, 0 is never; ``save_last`` saves the state that a run with
    ``max_epoch`` ends in.
    """

    language: Language | None = None
    step_every: int = 1
    save_last: bool = True

    def look(self, summary_every: int | None) -> Look:
        """Return how the reports of a run look."""
        chosen = self.language or language(os.environ) or "en"
        return Look(chosen, self.step_every, summary_every or 0)
