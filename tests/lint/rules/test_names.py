"""Names of classes and of their arguments."""

from tests.lint.rules.configs import IMAGE_FLOW, STRUCTURE_VAE, renamed, written
from tests.lint.rules.tables import case, parse_cases, raw, reports

LONG_NAMES = {
    "a long name": case(
        STRUCTURE_VAE,
        {"trainer.name": "Trainer" * 1000},
        f"37:17 note TC501 {'Trainer' * 9}T… is not in …",
    )
}
RENAMED = {
    "a long key": case(
        STRUCTURE_VAE,
        {"trainer.args." + "k" * 1000: 1},
        f'50:13 warning TC502 SparseStructureVaeTrainer ignores "{"k" * 64}…"',
    ),
    "a required one is misspelled": raw(
        written(renamed(IMAGE_FLOW, "cond_channels", "cond_chanels")),
        '8:17 error TC502 SparseStructureFlowModel has no argument "cond_chanels"; did you …',
    ),
    "an optimizer is misspelled": raw(
        written(renamed(STRUCTURE_VAE, "optimizer", "optimiser")),
        '43:13 error TC502 SparseStructureVaeTrainer ignores "optimiser"; did you mean …',
    ),
}
CASES = {
    "TC501": parse_cases("""
        a model misspelled: structure_vae models.encoder.name="SparseStructureEncodr"
            4:21 error TC501 unknown model "SparseStructureEncodr"; did you mean …
        a dataset misspelled: sdf_vqvae dataset.name="SparceSDF"
            13:17 error TC501 unknown dataset "SparceSDF"; did you mean "SparseSDF"?
        a trainer misspelled: structure_vae trainer.name="SparseStructureVAETrainer"
            37:17 error TC501 unknown trainer "SparseStructureVAETrainer"; did you mean …
        of another section: structure_vae dataset.name="SparseStructureEncoder"
            31:17 note TC501 SparseStructureEncoder is not in …
        without its end: image_flow models.denoiser.name="SparseStructureFlow"
            4:21 note TC501 SparseStructureFlow is not in TRELLIS, TRELLIS.2 or the SDF fork; did …
        a clipper is misspelled: structure_vae grad_clip=AdaptiveGradCliper{}
            51:25 error TC501 unknown gradient clipper "AdaptiveGradCliper"; did you mean …
        an encoder is misspelled: shape_flow
                trainer.args.image_cond_model.name="DinoV3FeatureExtracter"
            37:25 error TC501 unknown image encoder "DinoV3FeatureExtracter"; did you mean …
        no similar name: structure_vae trainer.name="GanTrainer"
            37:17 note TC501 GanTrainer is not in …
        a name that is no string: structure_vae dataset.name=null
            31:17 error TC005 dataset.name is null, but must be a string
        no arguments: structure_vae .dataset={"name": "Sparse"}
            30:5 error TC005 dataset has no "args": it needs both "name" and "args"
        one class of its own twice: structure_vae models.encoder.name="Net"
                models.decoder.name="Net"
            4:21 note TC501 Net is not in …
            +17:21 also unknown
        beside a misspelled one: structure_vae models.encoder.name="Net"
                dataset.name="SparseStructur"
            4:21 note TC501 Net is not in …
            31:17 error TC501 unknown dataset "SparseStructur"; did you mean "SparseStructure"?
        in a section of a fork: structure_vae .val_dataset=X{}
    """)
    | LONG_NAMES,
    "TC502": parse_cases("""
        ignored by a trainer: sdf_vqvae num_workers=30
            33:13 warning TC502 SparseSDF_VQVAETrainer ignores "num_workers"
        a letter too many: structure_vae max_epochs=20
            50:13 error TC502 SparseStructureVaeTrainer ignores "max_epochs"; did you mean …
        of a model: structure_vae models.encoder.args.dropout=0.1
            14:17 warning TC502 SparseStructureEncoder has no argument "dropout"
        of a dataset: sdf_vqvae dataset.args.split="train"
            17:13 warning TC502 SparseSDF has no argument "split"
        what the dataset accepts: sdf_vqvae max_points=1000
            33:13 warning TC502 SparseSDF_VQVAETrainer ignores "max_points"; did you mean …
        what the trainer accepts: sdf_vqvae models.vqvae.args.loss_type="l1"
            9:17 warning TC502 SparseSDFVQVAE has no argument "loss_type"
        what a part of the trainer accepts: text_flow target_ratio=0.5
            51:13 warning TC502 TextConditionedSparseFlowMatchingCFGTrainer ignores …
        of a clipper: structure_vae grad_clip=AdaptiveGradClipper{"max_norm": 1, "percentile": 95}
            54:21 warning TC502 AdaptiveGradClipper has no argument "percentile"
        of a distribution: image_flow trainer.args.t_schedule.args.sigma=1
            40:21 warning TC502 logitNormal has no argument "sigma"
        of an image encoder: shape_flow trainer.args.image_cond_model.args.size=1
            40:21 warning TC502 DinoV3FeatureExtractor has no argument "size"
        a weight is misspelled: gaussian_vae regularizations={"lambda_vol": 1.0, "lambda_opacty":
                2.0}
            47:17 error TC502 unknown key "lambda_opacty" in regularizations; did you mean …
        a weight of a fork: gaussian_vae regularizations={"lambda_normal": 1.0}
            46:17 warning TC502 unknown key "lambda_normal" in regularizations
        a limit in a model: structure_vae models.encoder.args.max_epoch=20
            14:17 warning TC502 SparseStructureEncoder has no argument "max_epoch"
        max_epoch: structure_vae max_epoch=5
        of the newer package: structure_vae mix_precision_mode=null snapshot_batch_size=4
        beside the arguments: structure_vae trainer.num_workers=4
        what train.py passes: structure_vae step=0
            50:13 error TC504 "step" is already passed by train.py: remove it
        two of a fork: structure_vae warmup_kl=100 models.encoder.args.shape="cube" log_images=true
            14:17 note TC502 SparseStructureEncoder has no argument "shape" in TRELLIS, …
            51:13 note TC502 SparseStructureVaeTrainer has no arguments "warmup_kl", "log_images" …
        one beside a misspelled one: structure_vae warmup_kl=100 max_epochs=20
            50:13 warning TC502 SparseStructureVaeTrainer ignores "warmup_kl"
            51:13 error TC502 SparseStructureVaeTrainer ignores "max_epochs"; did you mean …
        beside a class of a fork: structure_vae dataset.name="Scans" warmup_kl=100
            31:17 note TC501 Scans is not in …
            50:13 note TC502 SparseStructureVaeTrainer has no argument "warmup_kl" in TRELLIS, …
        beside a misspelled class: structure_vae dataset.name="SparseStructur" warmup_kl=100
            31:17 error TC501 unknown dataset "SparseStructur"; did you mean "SparseStructure"?
            50:13 warning TC502 SparseStructureVaeTrainer ignores "warmup_kl"
        beside an optimizer of a fork: structure_vae optimizer=AdamW8bit{"lr": 0.0001} warmup_kl=100
            44:25 note TC401 torch.optim has no "AdamW8bit"
            50:13 note TC502 SparseStructureVaeTrainer has no argument "warmup_kl" in TRELLIS, …
        beside a key of a fork: structure_vae dataset.category="chair" warmup_kl=100
            51:13 note TC502 SparseStructureVaeTrainer has no argument "warmup_kl" in TRELLIS, …
        beside a comment: structure_vae ._comment="chairs" dataset._category="chair" warmup_kl=100
            51:13 warning TC502 SparseStructureVaeTrainer ignores "warmup_kl"
        beside a key at the wrong place: structure_vae trainer.i_log=500 warmup_kl=100
            50:13 warning TC502 SparseStructureVaeTrainer ignores "warmup_kl"
        beside a file that TRELLIS cannot load: structure_vae warmup_kl=100
                finetune_ckpt={"encoder": "a.safetensors", "decoder": "b.pt"}
            50:13 note TC502 SparseStructureVaeTrainer has no argument "warmup_kl" in TRELLIS, …
            52:28 note TC510 finetune_ckpt names a .safetensors file, but torch.load …
        by another name: structure_vae save_every=500 gradientAccumulationSteps=2
            50:13 warning TC502 SparseStructureVaeTrainer ignores "save_every"; did you mean "i_s…
            51:13 warning TC502 SparseStructureVaeTrainer ignores …
        an argument of the optimizer: structure_vae learning_rate=1e-4
            50:13 warning TC502 SparseStructureVaeTrainer ignores "learning_rate"; did you mean …
        without an optimizer: structure_vae -optimizer wd=0
            38:9 error TC503 SparseStructureVaeTrainer requires "optimizer"
            44:13 warning TC502 SparseStructureVaeTrainer ignores "wd"; did you mean …
        a limit by another name: structure_vae -max_steps max_iters=5
            39:26 error TC101 no stop condition: max_steps and max_epoch are both null
            49:13 warning TC502 SparseStructureVaeTrainer ignores "max_iters"; did you mean …
        a limit of an unknown trainer by another name: structure_vae trainer.name="GanTrainer"
                -max_steps -max_epoch epochs=5
            37:17 note TC501 GanTrainer is not in …
        what other classes mean by it: structure_vae models.encoder.args.num_steps=5
            14:17 warning TC502 SparseStructureEncoder has no argument "num_steps"
        of an optimizer: structure_vae trainer.args.optimizer.args.weight_decay=0
    """)
    | RENAMED,
    "TC504": parse_cases("""
        a folder: structure_vae output_dir="out"
            50:13 error TC504 "output_dir" is already passed by train.py: remove it
        all of a trainer: structure_vae output_dir=null load_dir=null step=null models=null
                dataset=null
            50:13 error TC504 "output_dir" is already passed by train.py: remove it
            51:13 error TC504 "load_dir" is already passed by train.py: remove it
            52:13 error TC504 "step" is already passed by train.py: remove it
            53:13 error TC504 "models" is already passed by train.py: remove it
            54:13 error TC504 "dataset" is already passed by train.py: remove it
        of a dataset: structure_vae dataset.args.roots="data"
            34:13 error TC504 "roots" is already passed by train.py: remove it
        of unknown classes: structure_vae trainer.name="GanTrainer" load_dir=""
                .dataset=VoxelFolder{"roots": "data"}
            31:17 note TC501 VoxelFolder and GanTrainer are not in …
            +37:17 also unknown
            33:13 error TC504 "roots" is already passed by train.py: remove it
            50:13 error TC504 "load_dir" is already passed by train.py: remove it
        of another section: structure_vae models.encoder.args.roots="data"
            14:17 warning TC502 SparseStructureEncoder has no argument "roots"
        beside the arguments: structure_vae dataset.roots="data" trainer.step=0
    """),
}

test_findings = reports(CASES)
