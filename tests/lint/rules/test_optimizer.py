"""Optimizers and schedulers, by what torch has."""

from tests.lint.rules.tables import parse_cases, reports

CASES = {
    "TC401": parse_cases("""
        in small letters: structure_vae optimizer=adamw{"lr": 0.0001}
            44:25 error TC401 torch.optim has no "adamw"; did you mean "AdamW"?
        one of eight bits: structure_vae optimizer=AdamW8bit{"lr": 0.0001}
            44:25 note TC401 torch.optim has no "AdamW8bit"
        one of a fork with its own arguments: structure_vae optimizer=Prodigy{"lr": 1, "d_coef": 2,
                "decouple": true}
            44:25 note TC401 torch.optim has no "Prodigy"
        of an unknown trainer: structure_vae trainer.name="GanTrainer"
                trainer.args.optimizer.name="Adan"
            37:17 note TC501 GanTrainer is not in …
            44:25 note TC401 torch.optim has no "Adan"
        of a new torch: structure_vae optimizer=Muon{"lr": 0.0001}
    """),
    "TC402": parse_cases("""
        a letter missing: structure_vae lr_scheduler=CosineAnealingLR{"T_max": 100000}
            51:25 error TC402 torch.optim.lr_scheduler has no "CosineAnealingLR"; did you mean …
        in small letters: structure_vae lr_scheduler=steplr{"step_size": 1000}
            51:25 error TC402 torch.optim.lr_scheduler has no "steplr"; did you mean "StepLR"?
        without its end: structure_vae lr_scheduler=CosineAnnealing{"T_max": 100000}
            51:25 note TC402 torch.optim.lr_scheduler has no "CosineAnnealing"; did you mean …
        of TRELLIS itself: structure_vae lr_scheduler=LinearWarmupLrScheduler{"warmup_steps": 1000}
            51:25 error TC402 torch.optim.lr_scheduler has no "LinearWarmupLrScheduler"; did you …
        a well known one of another package: structure_vae
                lr_scheduler=CosineAnnealingWarmupRestarts{"first_cycle_steps": 1000}
            51:25 note TC402 torch.optim.lr_scheduler has no "CosineAnnealingWarmupRestarts"
        of torch: structure_vae lr_scheduler=CosineAnnealingLR{"T_max": 100000}
        of TRELLIS: structure_vae lr_scheduler=LinearWarmupLRScheduler{"warmup_steps": 1000}
        none: structure_vae lr_scheduler=null
    """),
    "TC403": parse_cases("""
        learning rate: structure_vae optimizer=AdamW{"learning_rate": 0.0001}
            46:21 error TC403 AdamW has no argument "learning_rate"; did you mean "lr"?
        wd: structure_vae optimizer=SGD{"lr": 0.1, "wd": 0.01}
            47:21 error TC403 SGD has no argument "wd"; did you mean "weight_decay"?
        of another optimizer: structure_vae optimizer=AdamW{"lr": 0.0001, "momentum": 0.9}
            47:21 warning TC403 AdamW has no argument "momentum"
        what the trainer passes: structure_vae optimizer=AdamW{"lr": 0.0001, "params": []}
            47:21 error TC403 "params" is already passed by the trainer: remove it
        what the trainer passes a scheduler: structure_vae lr_scheduler=LinearLR{"optimizer":
                "AdamW"}
            53:21 error TC403 "optimizer" is already passed by the trainer: remove it
        a warm up of another: structure_vae lr_scheduler=CosineAnnealingLR{"T_max": 100000,
                "warmup_steps": 10}
            54:21 warning TC403 CosineAnnealingLR has no argument "warmup_steps"
        of the warm up: structure_vae lr_scheduler=LinearWarmupLRScheduler{"warmup_steps": 10,
                "warmup_ratio": 0.1}
            54:21 warning TC403 LinearWarmupLRScheduler has no argument "warmup_ratio"
        a comment: structure_vae optimizer=AdamW{"lr": 0.0001, "_comment": "from the paper"}
            47:21 warning TC403 AdamW has no argument "_comment"
        a required one is misspelled: structure_vae lr_scheduler=CosineAnnealingLR{"t_max": 100000}
            53:21 error TC403 CosineAnnealingLR has no argument "t_max"; did you mean "T_max"?
        all of one: structure_vae optimizer=AdamW{"lr": 0.0001, "betas": [0.9, 0.95], "eps": 1e-08,
                "weight_decay": 0.01, "amsgrad": false, "fused": true}
        of an unknown one: structure_vae optimizer=AdamW8bit{"lr": 0.0001, "percentile_clipping": 5}
            44:25 note TC401 torch.optim has no "AdamW8bit"
        of versions past and future: structure_vae lr_scheduler=CosineAnnealingLR{"T_max": 100000,
                "eta_min": 0, "last_epoch": -1, "verbose": true}
    """),
}

test_findings = reports(CASES)
