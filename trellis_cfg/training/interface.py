"""The interface of a trainer's class that this runtime uses; only type checkers import it."""

from typing import Any


class Trainer:  # pragma: no cover  read by type checkers only
    """The interface of ``Trainer`` of TRELLIS, and of ``BasicTrainer`` of TRELLIS.2.

    Its constructor sets the attributes, then calls ``init_models_and_more``,
    ``prepare_dataloader`` and, if it resumes, ``load``. ``run`` calls ``load_data`` and
    ``run_step`` while ``step`` is below ``max_steps``, and increments ``step`` after each.
    """

    dataset: Any
    output_dir: str
    batch_size: int
    batch_size_per_gpu: int
    world_size: int
    rank: int
    is_master: bool
    step: int
    max_steps: int | None
    i_print: int
    i_save: int

    def __init__(self, *args: Any, **kwargs: Any) -> None: ...  # noqa: ANN401, D107
    def init_models_and_more(self, *args: Any, **kwargs: Any) -> None: ...  # noqa: ANN401, D102
    def prepare_dataloader(self, *args: Any, **kwargs: Any) -> None: ...  # noqa: ANN401, D102
    def load(self, *args: Any, **kwargs: Any) -> Any: ...  # noqa: ANN401, D102
    def save(self, *args: Any, **kwargs: Any) -> Any: ...  # noqa: ANN401, D102
    def load_data(self) -> Any: ...  # noqa: ANN401, D102
    def run_step(self, *args: Any, **kwargs: Any) -> Any: ...  # noqa: ANN401, D102
    def snapshot(self, suffix: str | None = None, *args: Any, **kwargs: Any) -> Any: ...  # noqa: ANN401, D102
    def run(self, *args: Any, **kwargs: Any) -> Any: ...  # noqa: ANN401, D102
