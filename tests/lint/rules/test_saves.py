"""Checkpoints and the intervals of a trainer."""

from tests.lint.rules.tables import parse_cases, reports

CASES = {
    "TC301": parse_cases("""
        a tail: structure_vae max_steps=105200
            49:23 warning TC301 the last 5,200 steps are never saved: i_save 10,000 does not …
            +39:26 the limit
        the default interval: sdf_vqvae max_steps=10001
            22:26 warning TC301 the last step is never saved: i_save 10,000 does not divide …
        written with an exponent: structure_vae i_save=30000.0
            49:23 note TC104 i_save is written as a float; it works, but write 30000
            49:23 warning TC301 the last 10,000 steps are never saved: i_save 30,000 does not …
            +39:26 the limit
        the runtime by steps saves nothing more: structure_vae i_save=30000 --gpus=1
                --dataset-size=20000 --runtime=true
            49:23 warning TC301 the last 10,000 steps are never saved: i_save 30,000 does not …
            +39:26 the limit
        an unknown trainer that sets it: structure_vae trainer.name="GanTrainer" i_save=30000
            37:17 note TC501 GanTrainer is not in …
            49:23 warning TC301 the last 10,000 steps are never saved: i_save 30,000 does not …
            +39:26 the limit
        of epochs: structure_vae max_steps=null max_epoch=3 --gpus=1 --dataset-size=20000
            49:23 warning TC301 the last 5,000 steps are never saved: i_save 10,000 does not …
            +40:26 the limit
        epochs come first: structure_vae max_epoch=3 --gpus=1 --dataset-size=20000
            49:23 warning TC301 the last 5,000 steps are never saved: i_save 10,000 does not …
            +40:26 the limit
        steps come first: structure_vae max_steps=15000 max_epoch=100 --gpus=1 --dataset-size=20000
            49:23 warning TC301 the last 5,000 steps are never saved: i_save 10,000 does not …
            +39:26 the limit
        it divides: structure_vae max_steps=100000 i_save=5000
        the runtime saves at the end: structure_vae max_steps=105200 max_epoch=100000 --gpus=1
                --dataset-size=20000 --runtime=true
        an unknown trainer with its own default: structure_vae trainer.name="GanTrainer"
                max_steps=105200 -i_save
            37:17 note TC501 GanTrainer is not in …
        epochs over an unknown size: structure_vae max_steps=null max_epoch=3
        epochs over unknown GPUs: structure_vae max_steps=null max_epoch=3 --dataset-size=20000
        epochs that fit: structure_vae max_steps=null max_epoch=4 --gpus=1 --dataset-size=20000
        a limit of the wrong type: structure_vae max_steps="105200"
            39:26 error TC104 max_steps is "105200", but must be a positive integer, or null
        an epoch that may come first: structure_vae max_steps=105200 max_epoch=3
    """),
    "TC302": parse_cases("""
        an interval above the limit: structure_vae i_save=500000
            49:23 error TC302 no checkpoint is written: training ends after 100,000 steps, before …
            +39:26 the limit
        the default interval: sdf_vqvae max_steps=9999
            22:26 error TC302 no checkpoint is written: training ends after 9,999 steps, before …
        a trainer that may save at its end: structure_vae trainer.name="GanTrainer" i_save=500000
            37:17 note TC501 GanTrainer is not in …
            49:23 warning TC302 no checkpoint is written: training ends after 100,000 steps, …
            +39:26 the limit
        a limit of one: structure_vae max_steps=1
            49:23 error TC302 no checkpoint is written: training ends after 1 step, before the …
            +39:26 the limit
        steps before any epoch: structure_vae max_steps=5000 max_epoch=100
            49:23 error TC302 no checkpoint is written: training ends after 5,000 steps, before …
            +39:26 the limit
        of epochs: structure_vae max_steps=null max_epoch=1 --gpus=1 --dataset-size=20000
            49:23 error TC302 no checkpoint is written: training ends after 5,000 steps, before …
            +40:26 the limit
        epochs come first: structure_vae max_epoch=1 --gpus=1 --dataset-size=20000
            49:23 error TC302 no checkpoint is written: training ends after 5,000 steps, before …
            +40:26 the limit
        once: structure_vae max_steps=10000
        the runtime saves at the end: structure_vae max_steps=5000 max_epoch=100000 --gpus=1
                --dataset-size=20000 --runtime=true
    """),
    "TC303": parse_cases("""
        no saving: structure_vae i_save=0
            49:23 error TC303 i_save is 0: ZeroDivisionError in the training loop; set it above …
        each: structure_vae i_print=0 i_log=0 i_sample=0 i_save=0 i_ddpcheck=0
            49:23 error TC303 i_save is 0: ZeroDivisionError in the training loop; set it above …
            50:24 error TC303 i_print is 0: ZeroDivisionError in the training loop; set it above …
            51:22 error TC303 i_log is 0: ZeroDivisionError in the training loop; set it above the …
            52:25 error TC303 i_sample is 0: ZeroDivisionError in the training loop; set it above …
            53:27 error TC303 i_ddpcheck is 0: ZeroDivisionError in the training loop; set it …
        below zero: structure_vae i_save=-0.0
            49:23 error TC303 i_save is 0: ZeroDivisionError in the training loop; set it above …
        an unknown trainer: structure_vae trainer.name="GanTrainer" i_save=0
            37:17 note TC501 GanTrainer is not in …
            49:23 error TC303 i_save is 0: ZeroDivisionError in the training loop; set it above …
        a large number instead: structure_vae i_sample=1000000000 i_print=1
        no check across GPUs: structure_vae i_ddpcheck=null
        false: structure_vae i_save=false
            49:23 error TC005 i_save is false, but must be an integer
        another zero: structure_vae lambda_kl=0
    """),
}

test_findings = reports(CASES)
