"""A class and its arguments: ``{"name": …, "args": {…}}``."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from trellis_cfg.models import model_for
from trellis_cfg.models.base import Arguments


class Section(BaseModel):
    """A class by its name, and its keyword arguments; more keys beside them are accepted."""

    model_config = ConfigDict(strict=True, extra="allow", protected_namespaces=())

    section: ClassVar[str] = ""
    """The place in a config, a key of ``models.CLASSES``."""

    name: str
    """The class to build."""
    args: Any
    """Its keyword arguments."""

    @field_validator("args", mode="plain")
    @classmethod
    def _by_name(cls, value: object, info: ValidationInfo) -> Arguments:
        """Judge the arguments by the model of the class that is named."""
        name = info.data.get("name", "")
        return model_for(cls.section, name).model_validate(value)


class Network(Section):
    """A neural network."""

    section = "models"


class Dataset(Section):
    """What to train on."""

    section = "dataset"


class Trainer(Section):
    """How to train."""

    section = "trainer"


class Optimizer(Section):
    """A class of torch.optim, or one that the package knows."""

    section = "optimizer"


class Scheduler(Section):
    """A class of torch.optim.lr_scheduler, or one of the package; stepped once a step."""

    section = "lr_scheduler"


class GradientClipper(Section):
    """A way to clip gradients."""

    section = "grad_clip"


class MemoryController(Section):
    """What steers the memory of elastic models."""

    section = "elastic"


class FeatureExtractor(Section):
    """The encoder of condition images (TRELLIS.2)."""

    section = "image_cond_model"


class TimeSchedule(Section):
    """How the times of flow matching are drawn."""

    section = "t_schedule"

    name: Literal["uniform", "logitNormal"]
    """The distribution."""


class Config(BaseModel):
    """A training config of TRELLIS, TRELLIS.2 or a fork; more sections are accepted."""

    model_config = ConfigDict(strict=True, extra="allow", protected_namespaces=())

    models: Annotated[dict[str, Network], Field(min_length=1)]
    """The networks, by the role that the trainer knows them under."""
    dataset: Dataset
    """What to train on."""
    trainer: Trainer
    """How to train, and for how long."""
