"""What a project gets from ``init``: its settings, its hooks and its check in CI."""

from trellis_cfg.project.additions import Addition, additions
from trellis_cfg.project.survey import Survey, survey

__all__ = ["Addition", "Survey", "additions", "survey"]
