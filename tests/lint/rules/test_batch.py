"""The batch size."""

from tests.lint.rules.tables import parse_cases, reports

CASES = {
    "TC201": parse_cases("""
        neither: structure_vae -batch_size_per_gpu
            38:9 error TC201 no batch size: set batch_size_per_gpu, or batch_size for all GPUs …
        null: structure_vae batch_size_per_gpu=null
            41:35 error TC201 no batch size: set batch_size_per_gpu, or batch_size for all GPUs …
        both null: structure_vae batch_size_per_gpu=null batch_size=null
            41:35 error TC201 no batch size: set batch_size_per_gpu, or batch_size for all GPUs …
            +50:27 or here
        an unknown trainer: structure_vae trainer.name="GanTrainer" -batch_size_per_gpu
            37:17 note TC501 GanTrainer is not in …
            38:9 warning TC201 no batch size: set batch_size_per_gpu, or batch_size for all GPUs …
        a trainer without a name: structure_vae -trainer.name -batch_size_per_gpu
            36:5 error TC005 trainer has no "name": it needs both "name" and "args"
            37:9 warning TC201 no batch size: set batch_size_per_gpu, or batch_size for all GPUs …
        of one GPU: structure_vae batch_size_per_gpu=1
        of all: structure_vae -batch_size_per_gpu batch_size=8
        a misspelled size: structure_vae -batch_size_per_gpu batch_size_per_gpus=4
            49:13 error TC502 SparseStructureVaeTrainer ignores "batch_size_per_gpus"; did you …
        no arguments: structure_vae trainer.args=null
            38:17 error TC005 trainer.args is null, but must be an object
    """),
    "TC202": parse_cases("""
        a batch of one: sdf_vqvae batch_size_per_gpu=1 batch_split=4
            33:28 error TC202 batch_split 4 does not divide batch_size_per_gpu 1
            +24:35 the batch
        a remainder: structure_vae batch_size_per_gpu=6 batch_split=4
            42:28 error TC202 batch_split 4 does not divide batch_size_per_gpu 6
            +41:35 the batch
        of all GPUs: structure_vae -batch_size_per_gpu batch_size=6 batch_split=4
            41:28 error TC202 batch_split 4 does not divide batch_size 6
            +49:27 the batch
        of one GPU of four: structure_vae -batch_size_per_gpu batch_size=8 batch_split=4 --gpus=4
            41:28 error TC202 batch_split 4 does not divide the per-GPU batch size 2
            +49:27 the batch
        an unknown trainer: structure_vae trainer.name="GanTrainer" batch_split=3
            37:17 note TC501 GanTrainer is not in …
            42:28 error TC202 batch_split 3 does not divide batch_size_per_gpu 4
            +41:35 the batch
        where the whole batch is ignored: structure_vae batch_size=9 batch_split=3
            42:28 error TC202 batch_split 3 does not divide batch_size_per_gpu 4
            +41:35 the batch
            50:13 warning TC203 batch_size is ignored, because batch_size_per_gpu is set: remove …
            +41:13 this one is used
        it divides: structure_vae batch_size_per_gpu=8 batch_split=4
        null: structure_vae batch_size_per_gpu=1 batch_split=null
        of all on unknown GPUs: structure_vae -batch_size_per_gpu batch_size=8 batch_split=4
        of all on two GPUs: structure_vae -batch_size_per_gpu batch_size=8 batch_split=4 --gpus=2
        a batch of the wrong type: structure_vae batch_size_per_gpu="6" batch_split=4
            41:35 error TC005 batch_size_per_gpu is "6", but must be an integer, or null
        the ignored size: structure_vae batch_size_per_gpu="4" batch_size=6 batch_split=4
            41:35 error TC005 batch_size_per_gpu is "4", but must be an integer, or null
            50:13 warning TC203 batch_size is ignored, because batch_size_per_gpu is set: remove …
            +41:13 this one is used
    """),
    "TC203": parse_cases("""
        both: structure_vae batch_size=32
            50:13 warning TC203 batch_size is ignored, because batch_size_per_gpu is set: remove …
            +41:13 this one is used
        one is null: structure_vae batch_size=null
        the other is null: structure_vae batch_size_per_gpu=null batch_size=32
    """),
    "TC204": parse_cases("""
        four GPUs: structure_vae -batch_size_per_gpu batch_size=10 --gpus=4
            49:27 error TC204 batch_size 10 is not divisible by 4 GPUs
        two nodes: structure_vae batch_size_per_gpu=null batch_size=12 --gpus=4 --nodes=2
            50:27 error TC204 batch_size 12 is not divisible by 8 GPUs
        unknown GPUs: structure_vae -batch_size_per_gpu batch_size=10
        it divides: structure_vae -batch_size_per_gpu batch_size=12 --gpus=2 --nodes=3
        of one GPU: structure_vae batch_size_per_gpu=5 --gpus=4
    """),
    "TC205": parse_cases("""
        one sample: structure_vae batch_size_per_gpu=2 --gpus=1 --dataset-size=1
            41:35 error TC205 a GPU gets 1 sample, fewer than its batch of 2: training would hang
        no samples: structure_vae --dataset-size=0
            41:35 error TC205 a GPU gets 0 samples, fewer than its batch of 4: training would hang
        shared by eight: structure_vae --gpus=8 --dataset-size=24
            41:35 error TC205 each of 8 GPUs gets 3 samples, fewer than its batch of 4: training …
        the batch of all: structure_vae -batch_size_per_gpu batch_size=32 --gpus=8 --dataset-size=24
            49:27 error TC205 each of 8 GPUs gets 3 samples, fewer than its batch of 4: training …
        an unknown size: structure_vae batch_size_per_gpu=1000 --gpus=8
        just enough: structure_vae --gpus=8 --dataset-size=25
        the batch of all on unknown GPUs: structure_vae -batch_size_per_gpu batch_size=32
                --dataset-size=24
    """),
}

test_findings = reports(CASES)
