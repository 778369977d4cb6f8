"""Learning-rate schedules, of 100,000 steps unless a case sets other limits."""

from tests.lint.rules.configs import STRUCTURE_VAE
from tests.lint.rules.tables import case, parse_cases, reports
from trellis_cfg.lint.options import Facts

SMALL = Facts(gpus=1, dataset_size=20_000)
"""An epoch of 5,000 steps: 4 samples each."""
SCHEDULER = "trainer.args.lr_scheduler"
STEP = {SCHEDULER: {"name": "StepLR", "args": {"step_size": 1000}}}

HUGE = {
    "a decay by more than a float": case(
        STRUCTURE_VAE,
        {SCHEDULER: {"name": "ExponentialLR", "args": {"gamma": 10**400}}},
        "53:30 warning TC007 gamma is 1000000000000000000000000000000000000000…; expected: …",
    ),
    "a limit that no float holds": case(
        STRUCTURE_VAE,
        {"trainer.args.max_steps": 10**400, **STEP},
        "39:26 error TC104 max_steps is 1000000000000000000000000000000000000000…, but must …",
        facts=SMALL,
    ),
    "epochs that no text holds": case(
        STRUCTURE_VAE,
        {"trainer.args.max_steps": None, "trainer.args.max_epoch": 10**4000, **STEP},
        "40:26 error TC104 max_epoch is 1000000000000000000000000000000000000000…, but must …",
        facts=SMALL,
    ),
}
CASES = {
    "TC404": parse_cases("""
        a cosine twice as long: structure_vae lr_scheduler=CosineAnnealingLR{"T_max": 200000}
            53:30 warning TC404 T_max is 200,000, but training ends after 100,000 steps: the rate …
        a cosine in epochs: structure_vae lr_scheduler=CosineAnnealingLR{"T_max": 20}
            53:30 warning TC404 T_max is 20, but training ends after 100,000 steps: the rate rises …
        a cosine from before max_epoch: structure_vae max_epoch=8
                lr_scheduler=CosineAnnealingLR{"T_max": 100000} --gpus=1 --dataset-size=20000
            53:30 warning TC404 T_max is 100,000, but training ends after 40,000 steps: the rate …
        a cycle that ends before: structure_vae lr_scheduler=OneCycleLR{"max_lr": 0.001,
                "total_steps": 50000}
            54:36 error TC404 OneCycleLR raises an error after 50,000 steps, but training runs to …
        a cycle of epochs that ends before: structure_vae lr_scheduler=OneCycleLR{"max_lr": 0.001,
                "epochs": 10, "steps_per_epoch": 100}
            54:31 error TC404 OneCycleLR raises an error after 1,000 steps, but training runs to …
        a warm up as long: structure_vae lr_scheduler=LinearWarmupLRScheduler{"warmup_steps":
                100000}
            53:37 warning TC404 warmup_steps is 100,000, but training ends after 100,000 steps: …
        a warm up longer: structure_vae lr_scheduler=LinearLR{"start_factor": 0.1, "total_iters":
                200000}
            54:36 warning TC404 total_iters is 200,000, but training ends after 100,000 steps: the …
        a constant as long: structure_vae lr_scheduler=ConstantLR{"factor": 0.5, "total_iters":
                100000}
            54:36 warning TC404 total_iters is 100,000, but training ends after 100,000 steps: the …
        a polynomial longer: structure_vae lr_scheduler=PolynomialLR{"total_iters": 200000}
            53:36 warning TC404 total_iters is 200,000, but training ends after 100,000 steps: the …
        a decay each step: structure_vae lr_scheduler=ExponentialLR{"gamma": 0.999}
            53:30 warning TC404 the learning rate falls below a millionth of its initial value …
        a decay every step: structure_vae lr_scheduler=StepLR{"step_size": 1, "gamma": 0.99}
            54:30 warning TC404 the learning rate falls below a millionth of its initial value …
        a decay by the default: structure_vae lr_scheduler=StepLR{"step_size": 100}
            53:34 warning TC404 the learning rate falls below a millionth of its initial value …
        a polynomial of torch's five steps: structure_vae lr_scheduler=PolynomialLR{}
            52:17 warning TC404 the learning rate falls below a millionth of its initial value …
        a polynomial that is over early: structure_vae lr_scheduler=PolynomialLR{"total_iters":
                1000}
            53:36 warning TC404 the learning rate falls below a millionth of its initial value …
        a line down to nothing: structure_vae lr_scheduler=LinearLR{"start_factor": 1.0,
                "end_factor": 0.0, "total_iters": 1000}
            55:36 warning TC404 the learning rate falls below a millionth of its initial value …
        milestones in epochs: structure_vae lr_scheduler=MultiStepLR{"milestones": [10, 20, 30, 40,
                50, 60], "gamma": 0.1}
            61:30 warning TC404 the learning rate falls below a millionth of its initial value …
        of epochs: structure_vae max_steps=null max_epoch=20 lr_scheduler=CosineAnnealingLR{"T_max":
                50000} --gpus=1 --dataset-size=20000
            53:30 warning TC404 T_max is 50,000, but training ends after 100,000 steps: the rate …
        an unknown trainer: structure_vae trainer.name="GanTrainer"
                lr_scheduler=ExponentialLR{"gamma": 0.99}
            37:17 note TC501 GanTrainer is not in …
            53:30 warning TC404 the learning rate falls below a millionth of its initial value …
        a cosine that fits: structure_vae lr_scheduler=CosineAnnealingLR{"T_max": 100000, "eta_min":
                1e-06}
        a cosine that fits with an exponent: structure_vae lr_scheduler=CosineAnnealingLR{"T_max":
                100000.0}
        a cosine that fits the epochs: structure_vae max_epoch=8
                lr_scheduler=CosineAnnealingLR{"T_max": 40000} --gpus=1 --dataset-size=20000
        an unknown limit: structure_vae max_epoch=8 lr_scheduler=CosineAnnealingLR{"T_max": 40000}
        a limit of the wrong type: structure_vae max_steps="9"
                lr_scheduler=CosineAnnealingLR{"T_max": 40000}
            39:26 error TC104 max_steps is "9", but must be a positive integer, or null
        a cycle that fits: structure_vae lr_scheduler=OneCycleLR{"max_lr": 0.001, "total_steps":
                100000}
        a cycle that would go on: structure_vae lr_scheduler=OneCycleLR{"max_lr": 0.001,
                "total_steps": 200000}
        a cycle of epochs that fits: structure_vae lr_scheduler=OneCycleLR{"max_lr": 0.001,
                "epochs": 10, "steps_per_epoch": 10000}
        a warm up: structure_vae lr_scheduler=LinearWarmupLRScheduler{"warmup_steps": 5000}
        a polynomial that ends with the training: structure_vae
                lr_scheduler=PolynomialLR{"total_iters": 100000}
        a decay that ends with the training: structure_vae lr_scheduler=LinearLR{"start_factor":
                1.0, "end_factor": 0.01, "total_iters": 100000}
        a decay that leaves enough: structure_vae lr_scheduler=ExponentialLR{"gamma": 0.99999}
        a warm up from a string: structure_vae lr_scheduler=LinearLR{"start_factor": "0",
                "total_iters": 200000}
        no milestones: structure_vae lr_scheduler=MultiStepLR{"milestones": [], "gamma": 0.1}
        a rate of 0 from the start: structure_vae lr_scheduler=MultiStepLR{"milestones": [0],
                "gamma": 0}
            56:30 warning TC007 gamma is 0; expected: more than 0
        milestones that are no list: structure_vae lr_scheduler=MultiStepLR{"milestones": 10}
            53:35 error TC005 milestones is 10, but must be an array
        a cycle without the length of an epoch: structure_vae lr_scheduler=OneCycleLR{"max_lr":
                0.001, "epochs": 10, "steps_per_epoch": null}
            52:17 error TC503 OneCycleLR requires "total_steps"
        a polynomial that decays by nothing: structure_vae lr_scheduler=PolynomialLR{"total_iters":
                9, "power": 0}
        a line that ends above nothing: structure_vae lr_scheduler=LinearLR{"start_factor": 1.0,
                "end_factor": 0.1, "total_iters": 9}
        a growth: structure_vae lr_scheduler=ExponentialLR{"gamma": 1.001}
        a rare decay: structure_vae lr_scheduler=StepLR{"step_size": 20000, "gamma": 0.1}
        milestones late: structure_vae lr_scheduler=MultiStepLR{"milestones": [60000, 60001, 60002,
                60003, 60004, 60005, 60006, 60007, 60008], "gamma": 0.1}
        milestones past the end: structure_vae lr_scheduler=MultiStepLR{"milestones": [50000,
                200000,
                300000]}
            55:25 warning TC404 milestone 200,000 is never reached: training ends after 100,000 …
        a step past the end: structure_vae lr_scheduler=StepLR{"step_size": 200000}
            53:34 warning TC404 step_size is 200,000, but training ends after 100,000 steps: the …
        a restart past the end: structure_vae lr_scheduler=CosineAnnealingWarmRestarts{"T_0":
                200000}
            53:28 warning TC404 T_0 is 200,000, but training ends after 100,000 steps: the …
        a rate of nothing: structure_vae trainer.args.optimizer.args.lr=0.0
            46:27 warning TC404 lr is 0: the models do not change
        a rate of nothing that warms up: structure_vae trainer.args.optimizer.args.lr=0
                lr_scheduler=LinearWarmupLRScheduler{"warmup_steps": 100}
            46:27 warning TC404 lr is 0: the models do not change
        a rate of nothing for a scheduler after a warm up: structure_vae
                trainer.args.optimizer.args.lr=0 lr_scheduler=WarmupThenScheduler{"warmup_steps":
                1000, "main_scheduler_class": "CosineAnnealingLR", "main_scheduler_kwargs": {}}
            46:27 warning TC404 lr is 0: the models do not change
        after a warm up: structure_vae lr_scheduler=WarmupThenScheduler{"warmup_steps": 1000,
                "main_scheduler_class": "StepLR", "main_scheduler_kwargs": {"step_size": 10}}
            56:38 warning TC404 the learning rate falls below a millionth of its initial value …
        a warm up that never ends: structure_vae lr_scheduler=WarmupThenScheduler{"warmup_steps":
                100000, "main_scheduler_class": "StepLR", "main_scheduler_kwargs": {"step_size": 9}}
            53:37 warning TC404 warmup_steps is 100,000, but training ends after 100,000 steps: …
        a cosine that the trainer overwrites: structure_vae
                lr_scheduler=WarmupThenScheduler{"warmup_steps": 1000, "main_scheduler_class":
                "CosineAnnealingLR", "main_scheduler_kwargs": {"T_max": 50000}}
            56:25 warning TC404 T_max has no effect: the trainer computes it from max_steps
        a cosine from before max_epoch, by the trainer: structure_vae max_epoch=8
                lr_scheduler=WarmupThenScheduler{"warmup_steps": 1000, "main_scheduler_class":
                "CosineAnnealingLR", "main_scheduler_kwargs": {}} --gpus=1 --dataset-size=20000
            39:26 warning TC404 the schedule is computed from max_steps 100,000, but training ends …
        a cosine from no limit, by the trainer: structure_vae max_epoch=8 max_steps=null
                lr_scheduler=WarmupThenScheduler{"warmup_steps": 1000, "main_scheduler_class":
                "CosineAnnealingLR", "main_scheduler_kwargs": {}} --gpus=1 --dataset-size=20000
            39:26 error TC404 max_steps is null, but the trainer computes T_max from it: TypeError
        in a sequence: structure_vae lr_scheduler=SequentialLR{"milestones": [1000], "schedulers":
                [{"name": "LinearLR", "args": {"total_iters": 1000}}, {"name": "CosineAnnealingLR",
                "args": {"T_max": 200000}}]}
            66:42 warning TC404 T_max is 200,000, but training ends after 100,000 steps: the rate …
        a sequence that is not reached: structure_vae lr_scheduler=SequentialLR{"milestones":
                [200000], "schedulers": [{"name": "LinearLR", "args": {}}, {"name":
                "CosineAnnealingLR", "args": {"T_max": 100000}}]}
            54:25 warning TC404 milestone 200,000 is never reached: training ends after 100,000 …
        of a fork: structure_vae lr_scheduler=CosineWarmupScheduler{"warmup_steps": 1000,
                "max_steps": 200000}
            51:25 note TC402 torch.optim.lr_scheduler has no "CosineWarmupScheduler"
            54:34 warning TC404 max_steps is 200,000, but training ends after 100,000 steps: the …
        of a fork with another: structure_vae lr_scheduler=WarmupFirst{"warmup_steps": 1000,
                "main_scheduler_class": "CosineAnnealingLR", "main_scheduler_kwargs": {"T_max": 20}}
            51:25 note TC402 torch.optim.lr_scheduler has no "WarmupFirst"
            56:34 warning TC404 T_max is 20, but training ends after 100,000 steps: the rate rises …
        the rest of a sequence: structure_vae lr_scheduler=SequentialLR{"milestones": [1000],
                "schedulers": [{"name": "LinearLR", "args": {"total_iters": 1000}}, {"name":
                "CosineAnnealingLR", "args": {"T_max": 99000}}]}
        a sequence of what is not an object: structure_vae lr_scheduler=SequentialLR{"milestones":
                [1000], "schedulers": ["LinearLR", "CosineAnnealingLR"]}
        the rest after a warm up: structure_vae lr_scheduler=WarmupThenScheduler{"warmup_steps":
                1000, "main_scheduler_class": "CosineAnnealingLR", "main_scheduler_kwargs":
                {"T_max":
                99000}}
        a cosine that the trainer computes: structure_vae
                lr_scheduler=WarmupThenScheduler{"warmup_steps": 1000, "main_scheduler_class":
                "CosineAnnealingLR"}
        a computed cosine under the runtime: structure_vae max_epoch=8 max_steps=null
                lr_scheduler=WarmupThenScheduler{"warmup_steps": 1000, "main_scheduler_class":
                "CosineAnnealingLR", "main_scheduler_kwargs": {}} --gpus=1 --dataset-size=20000
                --runtime=true
        a rate of nothing, and a scheduler with its own: structure_vae
                trainer.args.optimizer.args.lr=0 lr_scheduler=OneCycleLR{"max_lr": 0.001,
                "total_steps": 100000}
        a rate of nothing, and a minimum: structure_vae trainer.args.optimizer.args.lr=0
                lr_scheduler=CosineAnnealingLR{"T_max": 100000, "eta_min": 0.001}
        of a fork that fits: structure_vae lr_scheduler=CosineWarmupScheduler{"warmup_steps": 1000,
                "max_steps": 100000}
            51:25 note TC402 torch.optim.lr_scheduler has no "CosineWarmupScheduler"
        another scheduler: structure_vae lr_scheduler=CosineAnnealingWarmRestarts{"T_0": 10}
    """)
    | HUGE,
}

test_findings = reports(CASES)
