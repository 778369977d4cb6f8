"""Two configs, and how to change one."""

from typing import Any

from trellis_cfg.document.paths import Path

ARGS = ("trainer", "args")
OPTIMIZER = (*ARGS, "optimizer")
SCHEDULER = (*ARGS, "lr_scheduler")
GRAD_CLIP = (*ARGS, "grad_clip")
ELASTIC = (*ARGS, "elastic")
T_SCHEDULE = (*ARGS, "t_schedule")
IMAGE_COND = (*ARGS, "image_cond_model")
NETWORK = ("models", "denoiser")


def use(name: str, /, **args: object) -> dict[str, Any]:
    """Return a class as a config names it, with its arguments."""
    return {"name": name, "args": args}


SMALL: dict[str, Any] = {
    "models": {"decoder": use("MyModel")},
    "dataset": use("MyDataset"),
    "trainer": use("MyTrainer", max_steps=1000),
}
"""The shortest config."""

FULL: dict[str, Any] = {
    "models": {
        "denoiser": use(
            "ElasticSLatFlowModel",
            resolution=64,
            in_channels=8,
            out_channels=8,
            model_channels=1024,
            cond_channels=1024,
            num_blocks=24,
            num_heads=None,
            mlp_ratio=4,
            patch_size=2,
            io_block_channels=[128, 256],
            pe_mode="ape",
            rope_freq=[1.0, 10000.0],
            use_fp16=True,
        )
    },
    "dataset": use(
        "ImageConditionedSLat", latent_model="enc", min_aesthetic_score=4.5, image_size=518
    ),
    "trainer": use(
        "ImageConditionedSparseFlowMatchingCFGTrainer",
        max_steps=1000000,
        max_epoch=None,
        batch_size_per_gpu=8,
        batch_split=4,
        optimizer=use("AdamW", lr=1e-4, betas=[0.9, 0.95], eps=1e-8, weight_decay=0.0),
        lr_scheduler=use("LinearWarmupLRScheduler", warmup_steps=1000),
        ema_rate=[0.9999, 1],
        fp16_mode="inflat_all",
        fp16_scale_growth=0.001,
        elastic=use("LinearMemoryController", target_ratio=0.75),
        grad_clip=use("AdaptiveGradClipper", max_norm=1.0),
        t_schedule=use("logitNormal", mean=1.0, std=1.0),
        image_cond_model=use("DinoV3FeatureExtractor", model_name="vitl"),
        p_uncond=0.1,
        i_save=10000,
    ),
}
"""A config with every section and component."""

REMOVED = object()
"""Stands for a value that is removed."""


def changed(value: Any, path: Path, new: object) -> Any:  # noqa: ANN401  any JSON value
    """Return a value with ``new`` at the path; REMOVED removes the key or item."""
    if not path:
        return new
    key, *rest = path
    items = dict(value) if isinstance(value, dict) else dict(enumerate(value))
    items[key] = changed(items.get(key), tuple(rest), new)
    kept = {name: item for name, item in items.items() if item is not REMOVED}
    return kept if isinstance(value, dict) else list(kept.values())


def value_at(value: Any, path: Path) -> object:  # noqa: ANN401  any JSON value
    """Return the value at a path, which must be there."""
    for key in path:
        value = value[key]
    return value
