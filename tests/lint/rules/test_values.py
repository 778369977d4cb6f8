"""Missing, invalid and unusual values."""

from tests.lint.rules.configs import SDF_VQVAE, STRUCTURE_VAE, renamed, written
from tests.lint.rules.tables import case, parse_cases, raw, reports

TEXTS = {
    "the config is an array": raw(
        "[]", "1:1 error TC005 the config is an empty array, but must be an object"
    ),
    "the config is null": raw(
        "\n  null", "2:3 error TC005 the config is null, but must be an object"
    ),
    "the config is empty": raw(
        "{}", "1:1 error TC005 not a training config: it has no models, dataset or trainer"
    ),
    "a section is misspelled": raw(
        written(renamed(STRUCTURE_VAE, "trainer", "trainers")),
        '36:5 error TC005 unknown section "trainers"; did you mean "trainer"?',
    ),
    "a section has another name, and one is absent": raw(
        '{"model": {}, "trainer": null}',
        '1:1 error TC005 the config has no "dataset"',
        '1:2 error TC005 unknown section "model"; did you mean "models"?',
        "1:26 error TC005 trainer is null, but must be an object",
    ),
    "a misspelled key everywhere": raw(
        written(renamed(SDF_VQVAE, "args", "arguments")),
        '3:9 error TC005 vqvae has no "args": it needs both …',
        '12:5 error TC005 dataset has no "args": it needs both …',
        '19:5 error TC005 trainer has no "args": it needs both …',
    ),
    "tabs and CR LF": raw(
        '{\r\n\t"models": {},\r\n\t"dataset": {"name": "D", "args": {}},\r\n\t"trainer": '
        '{"name": "T", "args": {"max_steps": 9, "max_epoch": null, "i_save":\t"9"}}\r\n}',
        "2:12 error TC005 models is empty: there is nothing to train",
        "3:22 note TC501 D and T are not in …",
        "+4:22 also unknown",
        "4:27 warning TC201 no batch size: set batch_size_per_gpu, or batch_size for all GPUs …",
        '4:81 warning TC005 i_save is "9", but must be an integer',
    ),
    "an integer that no float holds": case(
        STRUCTURE_VAE,
        {"trainer.args.optimizer.args.lr": 10**400},
        "46:27 error TC005 lr is 1000000000000000000000000000000000000000…, but must be small …",
    ),
}
CASES = {
    "TC005": parse_cases("""
        no dataset: structure_vae -.dataset
            1:1 error TC005 the config has no "dataset"
        two sections are absent: structure_vae -.models -.trainer
            1:1 error TC005 the config has no "models" and no "trainer"
        no models: structure_vae .models={}
            2:15 error TC005 models is empty: there is nothing to train
        models without roles: structure_vae .models=X{}
            3:17 error TC005 models.name is "X", but must be an object
            4:9 error TC005 models.args has no "name" and no "args": it needs both "name" and "args"
        a model is null: structure_vae models.decoder=null
            16:20 error TC005 decoder is null, but must be an object
        the trainer is a name: structure_vae .trainer="SparseStructureVaeTrainer"
            36:16 error TC005 trainer is "SparseStructureVaeTrainer", but must be an object
        a model without arguments: structure_vae -models.encoder.args
            3:9 error TC005 encoder has no "args": it needs both "name" and "args"
        a trainer with neither: structure_vae .trainer={}
            36:5 error TC005 trainer has no "name" and no "args": it needs both "name" and "args"
        a name that is a number: structure_vae dataset.name=5
            31:17 error TC005 dataset.name is 5, but must be a string
        arguments in an array: structure_vae dataset.args=[64]
            32:17 error TC005 dataset.args is an array of length 1, but must be an object
        an optimizer without arguments: structure_vae -trainer.args.optimizer.args
            43:13 error TC005 optimizer has no "args": it needs both "name" and "args"
        the default of no optimizer: structure_vae optimizer={}
            43:13 error TC005 optimizer has no "name" and no "args": it needs both "name" and "args"
        an optimizer that is a name: structure_vae optimizer="AdamW"
            43:26 error TC005 optimizer is "AdamW", but must be an object
        a clipper that is a string: structure_vae grad_clip="1.0"
            50:26 error TC005 grad_clip is "1.0", but must be a number or an object, or null
        an encoder in an array: image_flow image_cond_model=["dinov2_vitl14_reg"]
            42:33 error TC005 image_cond_model is an array of length 1, but must be a string or an …
        a string for an integer: structure_vae batch_size_per_gpu="4"
            41:35 error TC005 batch_size_per_gpu is "4", but must be an integer, or null
        a string for a number: structure_vae trainer.args.optimizer.args.lr="1e-4"
            46:27 error TC005 lr is "1e-4", but must be a number
        true for an integer: structure_vae i_log=true
            50:22 error TC005 i_log is true, but must be an integer
        a string for true: structure_vae models.encoder.args.use_fp16="true"
            13:29 error TC005 use_fp16 is "true", but must be true or false
        a float for a count: structure_vae dataset.args.resolution=64.0
            33:27 error TC005 resolution is 64.0, but must be an integer
        a float for a batch: structure_vae batch_size_per_gpu=4.0
            41:35 error TC005 batch_size_per_gpu is 4.0, but must be an integer, or null
        an integer for a list: structure_vae models.encoder.args.channels=32
            9:29 error TC005 channels is 32, but must be an array
        an element of a list: structure_vae models.encoder.args.channels=[32, "128"]
            11:21 error TC005 channels[1] is "128", but must be an integer
        null without a default of null: structure_vae i_save=null
            49:23 error TC005 i_save is null, but must be an integer
        a batch of none: structure_vae batch_size_per_gpu=0
            41:35 error TC005 batch_size_per_gpu is 0, but must be 1 or more, or null
        a rate that is an integer: structure_vae ema_rate=1
            50:25 error TC005 ema_rate is 1, but a single rate must be written as a float
        a rate that is true: structure_vae ema_rate=true
            50:25 error TC005 ema_rate is true, but must be a number or an array
        a rate in a string: structure_vae ema_rate=["0.9999"]
            51:17 error TC005 ema_rate[0] is "0.9999", but must be a number
        a choice that is a name that is no string: structure_vae loss_type=1
            50:26 error TC005 loss_type is 1, but must be one of "bce", "l1", "dice"
        a list where a U-Net has one: material_vae models.encoder.args.model_channels=64
            7:35 error TC005 model_channels is 64, but must be an array
        a normalization in an array: text_flow dataset.args.normalization=[0, 1]
            20:30 error TC005 normalization is an array of length 2, but must be an object, or null
        a wait of no steps: structure_vae lr_scheduler=StepLR{"step_size": 0}
            53:34 error TC005 step_size is 0, but must be 1 or more
        steps that torch needs as integers: structure_vae lr_scheduler=OneCycleLR{"max_lr": 0.001,
                "total_steps": 1000000.0}
            54:36 error TC005 total_steps is 1000000.0, but OneCycleLR needs an integer
        restarts that torch needs as integers: structure_vae
                lr_scheduler=CosineAnnealingWarmRestarts{"T_0": 10000.0}
            53:28 error TC005 T_0 is 10000.0, but CosineAnnealingWarmRestarts needs an integer
        what torch requires is null: structure_vae lr_scheduler=ExponentialLR{"gamma": null}
            53:30 error TC005 gamma is null, but ExponentialLR needs a value
        a warm up of null: structure_vae lr_scheduler=LinearWarmupLRScheduler{"warmup_steps": null}
            53:37 error TC005 warmup_steps is null, but LinearWarmupLRScheduler needs a value
        of an unknown trainer: structure_vae trainer.name="GanTrainer" optimizer={"g": {}}
            37:17 note TC501 GanTrainer is not in …
            43:13 warning TC005 optimizer has no "name" and no "args": it needs both "name" and …
        zero and true instead of null: structure_vae fp16_mode=true elastic=0
            50:26 error TC005 fp16_mode is true, but must be one of "inflat_all", "amp", or null
            51:24 error TC005 elastic is 0, but must be an object, or null
        a rate below zero: structure_vae trainer.args.optimizer.args.lr=-0.0001
            46:27 error TC005 lr is -0.0001, but must be 0 or more
        a small number below zero: structure_vae trainer.args.optimizer.args.eps=-0.0001
            47:28 error TC005 eps is -0.0001, but must be 0 or more
        a decay of a mean of one: structure_vae optimizer=AdamW{"lr": 0.0001, "betas": [0.9, 1.0]}
            49:25 error TC005 betas[1] is 1.0, but AdamW needs 0 or more, and less than 1
        a decay of a mean below zero: structure_vae optimizer=NAdam{"betas": [-1, 0.9]}
            47:25 error TC005 betas[0] is -1, but NAdam needs 0 or more, and less than 1
        a momentum below zero: structure_vae optimizer=SGD{"lr": 0.1, "momentum": -0.9}
            47:33 error TC005 momentum is -0.9, but SGD needs 0 or more
        a momentum that is needed: structure_vae optimizer=SGD{"lr": 0.1, "nesterov": true}
            47:33 error TC005 nesterov is true, but SGD needs a momentum and no dampening
        of an unknown trainer: structure_vae trainer.name="GanTrainer"
                optimizer=RMSprop{"lr": 0.1, "alpha": -1}
            37:17 note TC501 GanTrainer is not in …
            47:30 warning TC005 alpha is -1, but RMSprop needs 0 or more
        null where the default is: sdf_vqvae batch_size=null batch_split=null lr_scheduler=null
                grad_clip=null elastic=null fp16_mode=null i_ddpcheck=null finetune_ckpt=null
                pretrained_vae_path=null models.vqvae.args.num_heads=null
                dataset.args.max_points=null
        an integer for a number: structure_vae trainer.args.optimizer.args.lr=1 lambda_kl=0
                grad_clip=1 ema_rate=[1, 0]
        an interval with an exponent: structure_vae i_save=10000.0
            49:23 note TC104 i_save is written as a float; it works, but write 10000
        a momentum and its optimizer: structure_vae optimizer=SGD{"lr": 0.1, "momentum": 0.9,
                "nesterov": true}
        an optimizer of a fork: structure_vae optimizer=TFAdafactor{"lr": null, "relative_step":
                true, "betas": null}
            44:25 note TC401 torch.optim has no "TFAdafactor"
        a scheduler of a fork: structure_vae lr_scheduler=WarmupCosineScheduler{"warmup_steps":
                0.05, "milestones": [0.5], "total_steps": "auto"}
            51:25 note TC402 torch.optim.lr_scheduler has no "WarmupCosineScheduler"
        the epsilons of adafactor: structure_vae optimizer=Adafactor{"lr": 0.01, "eps": [null,
                0.001]}
        thresholds with an exponent: text_flow dataset.args.max_num_voxels=30000.0
        steps of a line with an exponent: structure_vae lr_scheduler=LinearLR{"total_iters": 1000.0}
        milestones with an exponent: structure_vae lr_scheduler=MultiStepLR{"milestones": [50000.0]}
        a checkpoint for each model: image_flow finetune_ckpt={"denoiser": "a.pt"}
        a rate and a list of rates: image_flow ema_rate=0.999
        keys beside name and args: structure_vae dataset.type="ct" trainer._note=1
                models.encoder.path=null
        more sections: structure_vae .val_dataset=1 .evaluator=null .lora={} .$schema="x.json"
        an unknown trainer without an optimizer: structure_vae trainer.name="GanTrainer" -optimizer
            37:17 note TC501 GanTrainer is not in …
        unknown arguments of an unknown class: structure_vae models.encoder=TriplaneEncoder{"x":
                [null, {}]}
            4:21 note TC501 TriplaneEncoder is not in …
    """)
    | TEXTS,
    "TC007": parse_cases("""
        a choice of another trainer: structure_vae loss_type="mse"
            50:26 warning TC007 loss_type is "mse"; known values: "bce", "l1", "dice"
        a misspelled choice: sdf_vqvae loss_type="l1_12"
            31:26 warning TC007 loss_type is "l1_12"; known values: "mse", "l1", "l1_l2"; did you …
        deepspeed: structure_vae fp16_mode="deepspeed"
            50:26 warning TC007 fp16_mode is "deepspeed"; known values: "inflat_all", "amp", or null
        a distribution: image_flow trainer.args.t_schedule.name="lognormal"
            36:25 warning TC007 t_schedule.name is "lognormal"; known values: "uniform", …
        a probability below zero: image_flow p_uncond=-0.1
            43:25 warning TC007 p_uncond is -0.1; expected: 0 or more
        a probability above one: image_flow p_uncond=1.1
        a third stage: sdf_vqvae training_stage=3
            32:31 warning TC007 training_stage is 3; expected: 2 or less
        an interval below zero: structure_vae i_log=-5
            50:22 warning TC007 i_log is -5; expected: 1 or more
        an average of one: structure_vae ema_rate=1.0
            50:25 warning TC007 ema_rate is 1.0; expected: less than 1
        an average above one: structure_vae ema_rate=[0.9999, 1.5]
            52:17 warning TC007 ema_rate[1] is 1.5; expected: 1 or less
        no heads: image_flow models.denoiser.args.num_heads=0
            13:30 warning TC007 num_heads is 0; expected: 1 or more, or null
        no warm up: structure_vae lr_scheduler=LinearWarmupLRScheduler{"warmup_steps": 0}
            53:37 warning TC007 warmup_steps is 0; expected: 1 or more
        betas of three: structure_vae trainer.args.optimizer.args.betas=[0.9, 0.9, 0.9]
            47:30 warning TC007 betas is an array of length 3; expected: an array of length 2
        of an unknown trainer: structure_vae trainer.name="GanTrainer" fp16_mode="deepspeed"
            37:17 note TC501 GanTrainer is not in …
            50:26 warning TC007 fp16_mode is "deepspeed"; known values: "inflat_all", "amp"
        each known loss: structure_vae loss_type="dice"
        the bounds of a probability: image_flow p_uncond=1
        automatic precision: structure_vae fp16_mode="amp"
        stage two: sdf_vqvae training_stage=2
        an even distribution: image_flow t_schedule=uniform{}
        a loss of an unknown trainer: structure_vae trainer.name="GanTrainer" loss_type="hinge"
            37:17 note TC501 GanTrainer is not in …
        no blocks: image_flow models.denoiser.args.num_blocks=0
        two numbers for eps: structure_vae optimizer=Adafactor{"eps": [1e-30, 0.001]}
        a value of the wrong type: structure_vae i_log="500"
            50:22 error TC005 i_log is "500", but must be an integer
    """),
    "TC503": parse_cases("""
        of a model: structure_vae -models.encoder.args.latent_channels
            5:13 error TC503 SparseStructureEncoder requires "latent_channels"
        all of a model: structure_vae models.encoder.args={}
            5:13 error TC503 SparseStructureEncoder requires "channels"
            5:13 error TC503 SparseStructureEncoder requires "in_channels"
            5:13 error TC503 SparseStructureEncoder requires "latent_channels"
            5:13 error TC503 SparseStructureEncoder requires "num_res_blocks"
            29:9 warning TC405 a resumed run fails or switches to half precision: fp16_mode …
        of a dataset: text_flow -dataset.args.latent_model
            18:9 error TC503 TextConditionedSLat requires "latent_model"
        the size of images: gaussian_vae -dataset.args.image_size
            27:9 error TC503 SparseFeat2Render requires "image_size"
        an optimizer: structure_vae -optimizer
            38:9 error TC503 SparseStructureVaeTrainer requires "optimizer"
        the period of a cosine: structure_vae lr_scheduler=CosineAnnealingLR{"eta_min": 0}
            52:17 error TC503 CosineAnnealingLR requires "T_max"
        the steps of a warm up: structure_vae lr_scheduler=LinearWarmupLRScheduler{}
            52:17 error TC503 LinearWarmupLRScheduler requires "warmup_steps"
        the length of a cycle: structure_vae lr_scheduler=OneCycleLR{"max_lr": 0.001}
            52:17 error TC503 OneCycleLR requires "total_steps"
        both of a cycle: structure_vae lr_scheduler=CyclicLR{}
            52:17 error TC503 CyclicLR requires "base_lr"
            52:17 error TC503 CyclicLR requires "max_lr"
        what only one package requires: image_flow -dataset.args.latent_model
        what has a default in one: image_flow -image_cond_model
        of an unknown model: structure_vae models.encoder=TriplaneEncoder{}
            4:21 note TC501 TriplaneEncoder is not in …
        of an unknown scheduler: structure_vae lr_scheduler=WarmupStableDecay{}
            51:25 note TC402 torch.optim.lr_scheduler has no "WarmupStableDecay"
        the optional of a scheduler: structure_vae lr_scheduler=LinearLR{}
        arguments that are absent altogether: structure_vae -dataset.args
            30:5 error TC005 dataset has no "args": it needs both "name" and "args"
    """),
}

test_findings = reports(CASES)
