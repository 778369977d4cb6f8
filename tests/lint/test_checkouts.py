"""What real checkouts hold: the defects that people committed are found, their habits are not."""

import json

import pytest

from tests.lint.rules.configs import (
    GAUSSIAN_VAE,
    GONE,
    IMAGE_FLOW,
    SDF_VQVAE,
    SHAPE_FLOW,
    STRUCTURE_VAE,
    TEXT_FLOW,
    written,
)
from tests.lint.rules.tables import Case, abridged, case, findings, raw
from trellis_cfg.lint.options import Facts

ARGS = "trainer.args"
DENOISER = "models.denoiser.args"
COSINE = {"name": "CosineAnnealingLR", "args": {"T_max": 100_000}}
ELASTIC = {"name": "LinearMemoryController", "args": {"target_ratio": 0.75}}
HALF = {"models.encoder.args.use_fp16": False, "models.decoder.args.use_fp16": False}
CLIP = "openai/clip-vit-large-patch14"

DEFECTS = {
    "a_batch_of_1_is_split_by_4": case(
        SDF_VQVAE,
        {f"{ARGS}.batch_size_per_gpu": 1, f"{ARGS}.batch_split": 4},
        "33:28 error TC202 batch_split 4 does not divide batch_size_per_gpu 1",
        "+24:35 the batch",
    ),
    "num_workers_is_swallowed": case(
        SDF_VQVAE,
        {f"{ARGS}.num_workers": 30},
        '33:13 warning TC502 SparseSDF_VQVAETrainer ignores "num_workers"',
    ),
    "image_uncond_for_image_p_uncond": case(
        IMAGE_FLOW,
        {f"{ARGS}.image_uncond": 0.1},
        '43:13 warning TC502 ImageConditionedFlowMatchingCFGTrainer ignores "image_uncond"',
    ),
    "p_uncod_for_p_uncond": case(
        IMAGE_FLOW,
        {f"{ARGS}.p_uncod": 0.1},
        '43:13 error TC502 ImageConditionedFlowMatchingCFGTrainer ignores "p_uncod"; did you …',
    ),
    "an_out_of_memory_cure_in_the_wrong_section": case(
        SDF_VQVAE,
        {f"{ARGS}.use_checkpoint": True},
        '33:13 warning TC502 SparseSDF_VQVAETrainer ignores "use_checkpoint"; models.vqvae …',
    ),
    "i_save_above_max_steps": case(
        STRUCTURE_VAE,
        {f"{ARGS}.max_steps": 5_000},
        "49:23 error TC302 no checkpoint is written: training ends after 5,000 steps, before the …",
        "+39:26 the limit",
    ),
    "a_cosine_of_twice_the_limit": case(
        STRUCTURE_VAE,
        {f"{ARGS}.max_steps": 50_000, f"{ARGS}.lr_scheduler": COSINE},
        "53:30 warning TC404 T_max is 100,000, but training ends after 50,000 steps: the rate …",
    ),
    "a_cosine_from_before_max_epoch_shortened_the_run": case(
        STRUCTURE_VAE,
        {f"{ARGS}.max_epoch": 8, f"{ARGS}.lr_scheduler": COSINE},
        "53:30 warning TC404 T_max is 100,000, but training ends after 40,000 steps: the rate …",
        facts=Facts(gpus=1, dataset_size=20_000),
    ),
    "elastic_on_a_model_that_is_not": case(
        IMAGE_FLOW,
        {f"{ARGS}.elastic": ELASTIC},
        "43:13 error TC601 elastic is set, but no model is elastic",
        "+4:21 not elastic",
    ),
    "cond_channels_of_512_for_an_encoder_of_768": case(
        TEXT_FLOW,
        {f"{DENOISER}.cond_channels": 512},
        f"8:34 error TC605 cond_channels is 512, but {CLIP} is 768 wide",
        "+50:32 768 wide",
    ),
    "a_sparse_trainer_over_a_dense_model": case(
        TEXT_FLOW,
        {"models.denoiser.name": "SparseStructureFlowModel", f"{ARGS}.elastic": None},
        "4:21 error TC604 SparseStructureFlowModel is a dense model, but TextConditionedSparse…",
        "+33:17 a sparse trainer",
    ),
    "a_comment_inside_args": case(
        STRUCTURE_VAE,
        {f"{ARGS}._comment": "halved"},
        '50:13 warning TC502 SparseStructureVaeTrainer ignores "_comment"',
    ),
    "a_comment_inside_the_args_of_a_model": case(
        IMAGE_FLOW,
        {f"{DENOISER}._comment": "halved"},
        '13:17 warning TC502 SparseStructureFlowModel has no argument "_comment"',
    ),
    "inflat_all_over_models_without_half_precision": case(
        GAUSSIAN_VAE,
        {**HALF, f"{ARGS}.fp16_mode": "inflat_all"},
        "45:26 warning TC405 a resumed run fails or switches to half precision: …",
        "+11:29 full precision",
        "+21:29 full precision",
    ),
    "inflat_all_by_default": case(
        GAUSSIAN_VAE,
        HALF,
        "34:9 warning TC405 a resumed run fails or switches to half precision: …",
        "+11:29 full precision",
        "+21:29 full precision",
    ),
    "a_name_that_no_class_bears": case(
        IMAGE_FLOW,
        {"dataset.name": "ImageConditionedSparseStructureLatnet"},
        '17:17 error TC501 unknown dataset "ImageConditionedSparseStructureLatnet"; did you …',
    ),
    "a_placeholder": case(
        IMAGE_FLOW,
        {f"{ARGS}.finetune_ckpt": {"denoiser": "PATH_TO_CKPT"}},
        '44:29 warning TC506 "PATH_TO_CKPT" is a placeholder: replace it with the real path',
    ),
    "nothing_ends_it": case(
        STRUCTURE_VAE,
        {f"{ARGS}.max_steps": None},
        "39:26 error TC101 no stop condition: max_steps and max_epoch are both null",
        "+40:26 or here",
    ),
}

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
    "a_checkpoint_by_its_path": case(IMAGE_FLOW, {f"{ARGS}.finetune_ckpt": "a.pt"}),
    "a_checkpoint_of_each_role": case(IMAGE_FLOW, {f"{ARGS}.finetune_ckpt": {"denoiser": "a.pt"}}),
    "an_encoder_by_its_name": case(IMAGE_FLOW, {}),
    "an_encoder_as_a_class": case(SHAPE_FLOW, {}),
    "a_concatenated_condition": case(IMAGE_FLOW, {f"{DENOISER}.in_channels": 16}),
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
    "exponents": raw(
        written(STRUCTURE_VAE).replace("0.0001", "1e-4").replace('save": 10000', 'save": 1E+4')
    ),
    "chinese": raw(written({"_comment": "学习率减半", **STRUCTURE_VAE})),
    "chinese_in_escapes": raw(json.dumps({"_comment": "学习率减半", **STRUCTURE_VAE})),
}
"""Nothing is said of these."""

FORKS = {
    "a_trainer_of_its_own": case(
        STRUCTURE_VAE,
        {"trainer.name": "ScanVaeTrainer", f"{ARGS}.scan_weight": 0.5},
        '37:17 warning TC501 unknown trainer "ScanVaeTrainer"',
    ),
    "a_dataset_and_a_model_of_its_own": case(
        SDF_VQVAE,
        {
            "models.vqvae": {"name": "ScanNet", "args": {"width": "wide"}},
            "dataset": {"name": "Scans", "args": {"folders": ["a"]}},
        },
        '4:21 warning TC501 unknown model "ScanNet"',
        '11:17 warning TC501 unknown dataset "Scans"',
    ),
    "an_optimizer_of_8_bits": case(
        STRUCTURE_VAE,
        {f"{ARGS}.optimizer": {"name": "AdamW8bit", "args": {"lr": 1e-4, "block_wise": True}}},
        '44:25 warning TC401 torch.optim has no "AdamW8bit"',
    ),
    "an_argument_that_the_trainer_strips": case(
        STRUCTURE_VAE,
        {f"{ARGS}.optimizer.args.lr_of_decoder": 1e-5},
        '47:21 warning TC403 AdamW has no argument "lr_of_decoder"',
    ),
    "a_mode_of_precision": case(
        STRUCTURE_VAE,
        {f"{ARGS}.fp16_mode": "deepspeed"},
        '50:26 warning TC007 fp16_mode is "deepspeed"; known values: "inflat_all", "amp", or null',
    ),
    "a_loss": case(
        STRUCTURE_VAE,
        {f"{ARGS}.loss_type": "focal"},
        '50:26 warning TC007 loss_type is "focal"; known values: "bce", "l1", "dice"',
    ),
    "a_share_above_1_on_purpose": case(
        IMAGE_FLOW,
        {f"{ARGS}.p_uncond": 1.1},
        "43:25 warning TC007 p_uncond is 1.1; expected: 1 or less",
    ),
    "an_argument_of_a_fork": case(
        STRUCTURE_VAE,
        {f"{ARGS}.warmup_kl": 100},
        '50:13 warning TC502 SparseStructureVaeTrainer ignores "warmup_kl"',
    ),
    "a_limit_of_epochs_only": case(
        STRUCTURE_VAE,
        {f"{ARGS}.max_steps": None, f"{ARGS}.max_epoch": 20},
    ),
    "without_its_image_encoder": case(IMAGE_FLOW, {f"{ARGS}.image_cond_model": GONE}),
}
"""Warnings at most: a fork may well mean it."""


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=DEFECTS)
def test_a_defect_is_found(defect: Case) -> None:
    found = findings(defect)
    assert abridged(found, defect.findings) == list(defect.findings)
    assert found


@pytest.mark.parametrize("habit", EVERY_DAY.values(), ids=EVERY_DAY)
def test_a_habit_is_not_remarked_on(habit: Case) -> None:
    assert findings(habit) == []


@pytest.mark.parametrize("fork", FORKS.values(), ids=FORKS)
def test_a_fork_is_never_accused(fork: Case) -> None:
    found = findings(fork)
    assert abridged(found, fork.findings) == list(fork.findings)
    assert not any(" error " in line for line in found)


def test_each_situation_is_another() -> None:
    every = [*DEFECTS.values(), *EVERY_DAY.values(), *FORKS.values()]
    assert len({(one.data, one.facts) for one in every}) == len(every)
