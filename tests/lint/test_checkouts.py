"""What real checkouts hold: the defects that people committed are found, their habits are not.

Cases that the tables of the rules hold are not repeated here.
"""

import json

from tests.lint.rules.configs import SDF_VQVAE, STRUCTURE_VAE, written
from tests.lint.rules.tables import case, parse_cases, raw, reports

DEFECTS = parse_cases("""
    image_uncond for image_p_uncond: image_flow image_uncond=0.1
        43:13 warning TC502 ImageConditionedFlowMatchingCFGTrainer ignores "image_uncond"
    p_uncod for p_uncond: image_flow p_uncod=0.1
        43:13 error TC502 ImageConditionedFlowMatchingCFGTrainer ignores "p_uncod"; did you …
    a comment inside args: structure_vae _comment="halved"
        50:13 warning TC502 SparseStructureVaeTrainer ignores "_comment"
    a comment inside the args of a model: image_flow models.denoiser.args._comment="halved"
        13:17 warning TC502 SparseStructureFlowModel has no argument "_comment"
""")

EVERY_DAY = {
    "a_resolution_other_than_the_model's": case(SDF_VQVAE, {"dataset.args.resolution": 512}),
    "no_space_after_a_colon": raw(json.dumps(STRUCTURE_VAE, separators=(",", ":"))),
    "spaces_before_a_colon": raw(json.dumps(STRUCTURE_VAE, separators=(",", " : "))),
    "old_line_ends": raw(written(STRUCTURE_VAE).replace("\n", "\r")),
    "trailing_blanks": raw(written(STRUCTURE_VAE).replace("\n", "  \n")),
    "stray_indents": raw(written(STRUCTURE_VAE).replace('    "max', ' \t             "max')),
    "exponents": raw(written(STRUCTURE_VAE).replace("0.0001", "1E-4")),
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
    an argument of a fork: structure_vae warmup_kl=100
        50:13 warning TC502 SparseStructureVaeTrainer ignores "warmup_kl"
""")
"""Warnings and notes at most: a fork may well mean it."""


test_findings = reports({"defects": DEFECTS, "habits": EVERY_DAY, "forks": FORKS})


def test_each_situation_is_another() -> None:
    every = [*DEFECTS.values(), *EVERY_DAY.values(), *FORKS.values()]
    assert len({(each.data, each.facts) for each in every}) == len(every)
