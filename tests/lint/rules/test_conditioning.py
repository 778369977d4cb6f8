"""Trainers, datasets, models and encoders that do not agree on the condition."""

from tests.lint.rules.configs import IMAGE_FLOW, changed
from tests.lint.rules.tables import parse_cases, reports
from tests.lint.rules.test_source import read_checkout
from tests.source.checkouts import BASE

TRAINERS = (
    BASE
    + """
import torch
from transformers import CLIPTextModel


class FlowMatchingTrainer(Trainer):
    def get_cond(self, cond):
        return cond

    def training_losses(self, x_0, cond=None):
        return self.models["denoiser"](x_0, 0.5, self.get_cond(cond))


class TextConditionedMixin:
    def __init__(self, *args, text_cond_model="openai/clip-vit-large-patch14", **kwargs):
        super().__init__(*args, **kwargs)
        self.encoder = CLIPTextModel.from_pretrained(text_cond_model)

    def get_cond(self, cond):
        return self.encoder(cond)


class ImageConditionedMixin:
    def __init__(self, *args, image_cond_model="dinov2_vitl14_reg", **kwargs):
        super().__init__(*args, **kwargs)
        self.encoder = torch.hub.load("facebookresearch/dinov2", image_cond_model)

    def get_cond(self, cond):
        return self.encoder(cond)


class TextConditionedTrainer(TextConditionedMixin, FlowMatchingTrainer):
    pass


class ImageConditionedTrainer(ImageConditionedMixin, FlowMatchingTrainer):
    pass


class ResizingTrainer(ImageConditionedTrainer):
    def get_cond(self, cond):
        return self.encoder(torch.nn.functional.interpolate(cond, 518))
"""
)
DATASETS = """
class Latents:
    def __init__(self, roots, image_size=518):
        self.image_size = image_size

    def get(self):
        return {"x_0": 1}


class TextConditionedLatents(Latents):
    def get(self):
        return {"cond": "a chair", **super().get()}


class ImageConditionedLatents(Latents):
    def get(self):
        return {"cond": open_image(), **super().get()}


class FeatureLatents(Latents):
    def get(self):
        return {"cond": load_features(), **super().get()}
"""
MODELS = """
from torch import nn


class Flow(nn.Module):
    def __init__(self, cond_channels=None):
        super().__init__()

    def forward(self, x, t, cond):
        return x + cond


class Block(nn.Module):
    def __init__(self, ctx_channels):
        super().__init__()
        self.to_kv = nn.Linear(ctx_channels, 8) if ctx_channels > 0 else None

    def forward(self, x, context):
        return x if self.to_kv is None else x + self.to_kv(context)


class Skipping(Flow):
    def __init__(self, cond_channels):
        super().__init__()
        self.block = Block(ctx_channels=cond_channels)


class Layer(nn.Module):
    def __init__(self, cond_channels):
        super().__init__()
        self.use_checkpoint = False

    def forward(self, x, context):
        if self.use_checkpoint:
            return checkpoint(self.run, x, context)
        return self.run(x, context)


class Projecting(Flow):
    def __init__(self, cond_channels):
        super().__init__()
        self.layer = Layer(cond_channels)
        self.project = nn.Linear(cond_channels, 8)


class Optional(Flow):
    def __init__(self, cond_channels):
        super().__init__()
        self.has_condition = cond_channels > 0


class Outer(Flow):
    def __init__(self, cond_channels):
        super().__init__()
        self.project = make_layer(cond_channels)


class Free(nn.Module):
    def __init__(self):
        super().__init__()

    def forward(self, x, t):
        return x
"""
SOURCE = read_checkout(
    {
        "fork/trainers/__init__.py": TRAINERS,
        "fork/datasets/__init__.py": DATASETS,
        "fork/models/__init__.py": MODELS,
    }
)
CHECKOUT = changed(
    IMAGE_FLOW,
    {
        "models.denoiser": {"name": "Flow", "args": {"cond_channels": 1024}},
        "dataset": {"name": "ImageConditionedLatents", "args": {}},
        "trainer.name": "ImageConditionedTrainer",
        "trainer.args": {"max_steps": 100_000, "batch_size_per_gpu": 4, "optimizer": None},
        "trainer.args.optimizer": {"name": "AdamW", "args": {"lr": 1e-4}},
    },
)
OF_TRELLIS = """
    text over images: text_flow dataset.name="ImageConditionedSLat"
        17:17 warning TC606 ImageConditionedSLat yields images, but …
        +33:17 needs text
    images over what has none: image_flow dataset.name="SparseStructureLatent"
            -dataset.args.image_size
        17:17 warning TC606 SparseStructureLatent yields no condition, but …
        +23:17 needs images
    an encoder of T5: text_flow text_cond_model="google/umt5-xxl"
        50:32 warning TC606 CLIPTextModel cannot load google/umt5-xxl: it is T5
    an encoder that DINOv2 does not have: image_flow image_cond_model="dinov2_vith14"
        42:33 warning TC606 the hub of DINOv2 has no "dinov2_vith14"
    an encoder of another class: shape_flow
            trainer.args.image_cond_model.args.model_name="facebook/dinov2-large"
        39:35 warning TC606 DINOv3ViTModel cannot load facebook/dinov2-large: it is DINOv2
    an image of another size: image_flow dataset.args.image_size=512
        20:27 warning TC606 image_size 512 is not a multiple of 14, the patch of dinov2_vitl14_reg;…
        +42:33 patches of 14 pixels
    an image that is cut: shape_flow dataset.args.image_size=500
        20:27 warning TC606 image_size 500 is not a multiple of 16, the patch of facebook/dinov3-…
        +40:35 patches of 16 pixels
    no condition for a model: image_flow trainer.name="FlowMatchingTrainer" -image_cond_model
        24:17 warning TC606 FlowMatchingTrainer encodes no condition, but SparseStructureFlowModel …
        +4:21 needs a condition
    a condition for a model without: image_flow models.denoiser=SparseStructureEncoder{
            "in_channels": 8, "latent_channels": 8, "num_res_blocks": 2, "channels": [32],
            "use_fp16": true}
        4:21 warning TC606 SparseStructureEncoder takes no condition, but …
        +24:17 passes a condition
    a model of no width without a condition: image_flow models.denoiser.args.cond_channels=0
            trainer.name="FlowMatchingTrainer" -image_cond_model
            dataset.name="SparseStructureLatent" -dataset.args.image_size
    a local encoder: text_flow text_cond_model="/models/t5/clip"
    a dataset of a fork: image_flow dataset.name="Voxels"
        17:17 note TC501 Voxels is not in …
    an image of a multiple: image_flow dataset.args.image_size=224
    an encoder with registers: image_flow image_cond_model="dinov2_vits14_reg"
            models.denoiser.args.cond_channels=384
"""
OF_CHECKOUT = """
    the code agrees: checkout
    the code wants text: checkout trainer.name="TextConditionedTrainer"
            models.denoiser.args.cond_channels=768
        11:17 error TC606 ImageConditionedLatents yields images, but …
        +15:17 needs text
    the code wants images: checkout dataset.name="Latents"
        11:17 error TC606 Latents yields no condition, but ImageConditionedTrainer needs images
        +15:17 needs images
    the code yields another condition: checkout dataset.name="FeatureLatents"
    the code has nothing to encode: checkout trainer.name="FlowMatchingTrainer"
            dataset.name="Latents"
        15:17 error TC606 FlowMatchingTrainer encodes no condition, but Flow needs one …
        +4:21 needs a condition
    the code has nothing to encode, and no width: checkout trainer.name="FlowMatchingTrainer"
            dataset.name="Latents" models.denoiser.args.cond_channels=0
        15:17 error TC606 FlowMatchingTrainer encodes no condition, but Flow needs one …
        +4:21 needs a condition
    a layer does without a condition: checkout trainer.name="FlowMatchingTrainer"
            dataset.name="Latents" models.denoiser=Skipping{"cond_channels": 0}
    a layer that is not read: checkout trainer.name="FlowMatchingTrainer"
            dataset.name="Latents" models.denoiser=Outer{"cond_channels": 8}
    a layer of torch: checkout trainer.name="FlowMatchingTrainer"
            dataset.name="Latents" models.denoiser=Projecting{"cond_channels": 8}
        15:17 error TC606 FlowMatchingTrainer encodes no condition, but Projecting needs one …
        +4:21 needs a condition
    a model does without a condition: checkout trainer.name="FlowMatchingTrainer"
            dataset.name="Latents" models.denoiser=Optional{"cond_channels": 0}
    the code encodes nothing: checkout trainer.name="FlowMatchingTrainer"
        15:17 warning TC606 FlowMatchingTrainer encodes no condition, but Flow needs one …
        +4:21 needs a condition
    the data is encoded: checkout trainer.name="FlowMatchingTrainer" dataset.name="FeatureLatents"
    the code passes too much: checkout models.denoiser=Free{}
        4:21 error TC606 Free takes no condition, but ImageConditionedTrainer passes one
        +13:17 passes a condition
    the code loads CLIP: checkout trainer.name="TextConditionedTrainer"
            dataset.name="TextConditionedLatents" text_cond_model="google/t5-v1_1-xl"
        25:32 error TC606 CLIPTextModel cannot load google/t5-v1_1-xl: it is T5
    the code loads DINOv2: checkout image_cond_model="facebook/dinov2-large"
        25:33 error TC606 the hub of DINOv2 has no "facebook/dinov2-large"
    the code cuts images: checkout dataset.args.image_size=512
        13:27 error TC606 image_size 512 is not a multiple of 14, the patch of dinov2_vitl14_reg;…
        +18:17 patches of 14 pixels
    the code resizes images: checkout dataset.args.image_size=512 trainer.name="ResizingTrainer"
"""
CASES = {
    "TC606": parse_cases(OF_TRELLIS)
    | parse_cases(OF_CHECKOUT, facts=SOURCE, bases={"checkout": CHECKOUT})
}

test_findings = reports(CASES)
