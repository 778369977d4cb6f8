"""What real checkouts hold: the defects that people committed are found, their habits are not.

Cases that the tables of the rules hold are not repeated here.
"""

import json

import pytest

from tests.lint.rules.configs import (
    IMAGE_FLOW,
    SDF_VQVAE,
    STRUCTURE_VAE,
    TEXT_FLOW,
    written,
)
from tests.lint.rules.tables import Case, abridged, case, findings, parse_cases, raw

DEFECTS = parse_cases("""
    image_uncond for image_p_uncond: image_flow image_uncond=0.1
        43:13 warning TC502 ImageConditionedFlowMatchingCFGTrainer ignores "image_uncond"
    p_uncod for p_uncond: image_flow p_uncod=0.1
        43:13 error TC502 ImageConditionedFlowMatchingCFGTrainer ignores "p_uncod"; did you …
    i_save above max_steps: structure_vae max_steps=5000
        49:23 error TC302 no checkpoint is written: training ends after 5,000 steps, before the …
        +39:26 the limit
    a cosine of twice the limit: structure_vae max_steps=50000
            lr_scheduler=CosineAnnealingLR{"T_max": 100000}
        53:30 warning TC404 T_max is 100,000, but training ends after 50,000 steps: the rate …
    elastic on a model that is not: image_flow
            elastic=LinearMemoryController{"target_ratio": 0.75}
        43:13 error TC601 elastic is set, but no model is elastic
        +4:21 not elastic
    a sparse trainer over a dense model: text_flow elastic=null
            models.denoiser.name="SparseStructureFlowModel"
        4:21 error TC604 SparseStructureFlowModel is a dense model, but TextConditionedSparse…
        +33:17 a sparse trainer
    a comment inside args: structure_vae _comment="halved"
        50:13 warning TC502 SparseStructureVaeTrainer ignores "_comment"
    a comment inside the args of a model: image_flow models.denoiser.args._comment="halved"
        13:17 warning TC502 SparseStructureFlowModel has no argument "_comment"
    inflat_all over models without half precision: gaussian_vae fp16_mode="inflat_all"
            models.encoder.args.use_fp16=false models.decoder.args.use_fp16=false
        45:26 warning TC405 a resumed run fails or switches to half precision: …
        +11:29 full precision
        +21:29 full precision
    inflat_all by default: gaussian_vae
            models.encoder.args.use_fp16=false models.decoder.args.use_fp16=false
        34:9 warning TC405 a resumed run fails or switches to half precision: …
        +11:29 full precision
        +21:29 full precision
    a name that no class bears: image_flow dataset.name="ImageConditionedSparseStructureLatnet"
        17:17 error TC501 unknown dataset "ImageConditionedSparseStructureLatnet"; did you …
    a placeholder: image_flow finetune_ckpt={"denoiser": "PATH_TO_CKPT"}
        44:29 warning TC506 "PATH_TO_CKPT" is a placeholder: replace it with the real path
""")

MORE = {
    "val_dataset": {"name": "SLat", "args": {}},
    "eval_dataset": "same",
    "evaluator": {"every": 5_000},
    "pretrained": {"denoiser": "a.pt"},
    "lora": {"rank": 16},
    "_comment": "ours",
    "_description": ["two", "lines"],
    "$schema": "config.schema.json",
}
EVERY_DAY = {
    "more_sections_than_three": raw(written({**IMAGE_FLOW, **MORE})),
    "keys_beside_name_and_args": case(IMAGE_FLOW, {"dataset.type": "ct", "dataset.category": 1}),
    "a_concatenated_condition": case(IMAGE_FLOW, {"models.denoiser.args.in_channels": 16}),
    "a_resolution_other_than_the_model's": case(SDF_VQVAE, {"dataset.args.resolution": 512}),
    "a_normalization_that_broadcasts": case(
        TEXT_FLOW, {"dataset.args.normalization": {"mean": [0.0], "std": [1.0]}}
    ),
    "one_line": raw(json.dumps(STRUCTURE_VAE)),
    "no_space_after_a_colon": raw(json.dumps(STRUCTURE_VAE, separators=(",", ":"))),
    "spaces_before_a_colon": raw(json.dumps(STRUCTURE_VAE, separators=(",", " : "))),
    "windows_line_ends": raw(written(STRUCTURE_VAE).replace("\n", "\r\n")),
    "old_line_ends": raw(written(STRUCTURE_VAE).replace("\n", "\r")),
    "trailing_blanks": raw(written(STRUCTURE_VAE).replace("\n", "  \n")),
    "blank_lines": raw(written(STRUCTURE_VAE).replace("\n", "\n\n") + "\n\n\n"),
    "stray_indents": raw(written(STRUCTURE_VAE).replace('    "max', ' \t             "max')),
    "exponents": raw(written(STRUCTURE_VAE).replace("0.0001", "1E-4")),
    "chinese": raw(written({"_comment": "学习率减半", **STRUCTURE_VAE})),
    "chinese_in_escapes": raw(json.dumps({"_comment": "学习率减半", **STRUCTURE_VAE})),
}
"""Nothing is said of these."""

FORKS = parse_cases("""
    a trainer of its own: structure_vae trainer.name="ScanVaeTrainer" scan_weight=0.5
        37:17 note TC501 ScanVaeTrainer is not in …
    a dataset and a model of its own: sdf_vqvae models.vqvae=ScanNet{"width": "wide"}
            .dataset=Scans{"folders": ["a"]}
        4:21 note TC501 ScanNet and Scans are not in …
        +11:17 also unknown
    an optimizer of 8 bits: structure_vae optimizer=AdamW8bit{"lr": 1e-4, "block_wise": true}
        44:25 note TC401 torch.optim has no "AdamW8bit"
    an argument that the trainer strips: structure_vae
            trainer.args.optimizer.args.lr_of_decoder=1e-5
        47:21 warning TC403 AdamW has no argument "lr_of_decoder"
    a loss: structure_vae loss_type="focal"
        50:26 warning TC007 loss_type is "focal"; known values: "bce", "l1", "dice"
    a share above 1 on purpose: image_flow p_uncond=1.1
    an argument of a fork: structure_vae warmup_kl=100
        50:13 warning TC502 SparseStructureVaeTrainer ignores "warmup_kl"
""")
"""Warnings and notes at most: a fork may well mean it."""


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=DEFECTS)
def test_a_defect_is_found(defect: Case) -> None:
    reported = findings(defect)
    assert abridged(reported, defect.findings) == list(defect.findings)
    assert reported


@pytest.mark.parametrize("habit", EVERY_DAY.values(), ids=EVERY_DAY)
def test_a_habit_is_not_remarked_on(habit: Case) -> None:
    assert findings(habit) == []


@pytest.mark.parametrize("fork", FORKS.values(), ids=FORKS)
def test_a_fork_is_never_accused(fork: Case) -> None:
    reported = findings(fork)
    assert abridged(reported, fork.findings) == list(fork.findings)
    assert not any(" error " in line for line in reported)


def test_each_situation_is_another() -> None:
    every = [*DEFECTS.values(), *EVERY_DAY.values(), *FORKS.values()]
    assert len({(each.data, each.facts) for each in every}) == len(every)
