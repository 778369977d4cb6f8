"""A config and its sections: classes and their arguments, ``{"name": …, "args": {…}}``."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from trellis_cfg.models import load_model
from trellis_cfg.models.base import Arguments


class Section(BaseModel):
    """A class by its name, and its keyword arguments; other keys are accepted."""

    model_config = ConfigDict(strict=True, extra="allow", protected_namespaces=())

    section: ClassVar[str] = ""
    """The section or component, a key of ``models.CLASSES``; the header of a class names it."""

    name: str
    """The class to build."""
    args: Any
    """Its keyword arguments."""

    def __init_subclass__(cls, section: str) -> None:
        """Note the section."""
        super().__init_subclass__()
        cls.section = section

    @field_validator("args", mode="plain")
    @classmethod
    def _validate_args(cls, value: object, info: ValidationInfo) -> Arguments:
        """Validate the arguments with the model of the class."""
        name = info.data.get("name", "")
        return load_model(cls.section, name).model_validate(value)


class Network(Section, section="models"):
    """A neural network."""


class Dataset(Section, section="dataset"):
    """The training data."""


class Trainer(Section, section="trainer"):
    """How to train."""


class Optimizer(Section, section="optimizer"):
    """A class of torch.optim, or one of the package."""


class Scheduler(Section, section="lr_scheduler"):
    """A class of torch.optim.lr_scheduler, or one of the package; called once per step."""


class GradientClipper(Section, section="grad_clip"):
    """A way to clip gradients."""


class MemoryController(Section, section="elastic"):
    """Controls the memory of elastic models."""


class FeatureExtractor(Section, section="image_cond_model"):
    """The encoder of condition images (TRELLIS.2)."""


class TimeSchedule(Section, section="t_schedule"):
    """The distribution of the timesteps of flow matching."""

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
