"""A config and its sections: classes and their arguments, ``{"name": …, "args": {…}}``."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from trellis_cfg.models import load_model
from trellis_cfg.models.base import Arguments


class Section(BaseModel):
    """A class by its name, and its keyword arguments; other keys are accepted."""

    model_config = ConfigDict(strict=True, extra="allow", protected_namespaces=())

    section: ClassVar[str] = ""
    """The section or component, a key of ``models.CLASSES``."""

    name: str
    """The class to build."""
    args: Any
    """Its keyword arguments."""

    @field_validator("args", mode="plain")
    @classmethod
    def _validate_args(cls, value: object, info: ValidationInfo) -> Arguments:
        """Validate the arguments with the model of the class."""
        name = info.data.get("name", "")
        return load_model(cls.section, name).model_validate(value)


class Network(Section):
    """A neural network."""

    section = "models"


class Dataset(Section):
    """The training data."""

    section = "dataset"


class Trainer(Section):
    """How to train."""

    section = "trainer"


class Optimizer(Section):
    """A class of torch.optim, or one of the package."""

    section = "optimizer"


class Scheduler(Section):
    """A class of torch.optim.lr_scheduler, or one of the package; called once per step."""

    section = "lr_scheduler"


class GradientClipper(Section):
    """A way to clip gradients."""

    section = "grad_clip"


class MemoryController(Section):
    """Controls the memory of elastic models."""

    section = "elastic"


class FeatureExtractor(Section):
    """The encoder of condition images (TRELLIS.2)."""

    section = "image_cond_model"


class TimeSchedule(Section):
    """The distribution of the timesteps of flow matching."""

    section = "t_schedule"

    name: Literal["uniform", "logitNormal"]
    """The distribution."""


class Config(BaseModel):
    """A training config of TRELLIS, TRELLIS.2 or a fork; other sections are accepted."""

    model_config = ConfigDict(strict=True, extra="allow", protected_namespaces=())

    models: Annotated[dict[str, Network], Field(min_length=1)]
    """The networks, by their roles in the trainer."""
    dataset: Dataset
    """The training data."""
    trainer: Trainer
    """How to train, and for how long."""
