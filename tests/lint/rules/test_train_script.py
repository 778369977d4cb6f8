"""Misplaced keys and unfilled placeholders."""

from tests.lint.rules.configs import STRUCTURE_VAE, written
from tests.lint.rules.tables import parse_cases, raw, reports

ESCAPED = {
    "spelled with an escape": raw(
        written(STRUCTURE_VAE).replace('"models"', '"_a": "PATH\\u005fTO_A", "models"'),
        '2:11 warning TC506 "PATH_TO_A" is a placeholder: replace it with the real path',
    )
}
CASES = {
    "TC505": parse_cases("""
        each option: structure_vae .config=null .output_dir=null .load_dir=null .ckpt=null
                .data_dir=null .auto_retry=null .tryrun=null .profile=null .num_nodes=null
                .node_rank=null .num_gpus=null .master_addr=null .master_port=null
            52:5 warning TC505 config overrides the train.py option --config
            53:5 warning TC505 output_dir overrides the train.py option --output_dir
            54:5 warning TC505 load_dir overrides the train.py option --load_dir
            55:5 warning TC505 ckpt overrides the train.py option --ckpt
            56:5 warning TC505 data_dir overrides the train.py option --data_dir
            57:5 warning TC505 auto_retry overrides the train.py option --auto_retry
            58:5 warning TC505 tryrun overrides the train.py option --tryrun
            59:5 warning TC505 profile overrides the train.py option --profile
            60:5 warning TC505 num_nodes overrides the train.py option --num_nodes
            61:5 warning TC505 node_rank overrides the train.py option --node_rank
            62:5 warning TC505 num_gpus overrides the train.py option --num_gpus
            63:5 warning TC505 master_addr overrides the train.py option --master_addr
            64:5 warning TC505 master_port overrides the train.py option --master_port
        sections of forks: structure_vae .val_dataset={} .evaluator=1 .lora=null ._comment="x"
        further down: structure_vae trainer.data_dir="/data"
    """),
    "TC506": parse_cases("""
        a checkpoint: image_flow finetune_ckpt={"denoiser": "PATH_TO_CKPT"}
            44:29 warning TC506 "PATH_TO_CKPT" is a placeholder: replace it with the real path
        within a path: sdf_vqvae pretrained_vae_path="/PATH_TO_WEIGHTS/vae.pth"
            33:36 warning TC506 "/PATH_TO_WEIGHTS/vae.pth" is a placeholder: replace it with the …
        in an array: structure_vae ._roots=["a", ["PATH_TO_B"]]
            55:13 warning TC506 "PATH_TO_B" is a placeholder: replace it with the real path
        a real path: image_flow finetune_ckpt={"denoiser": "/data/path_to/x.pt"}
        a key: structure_vae .PATH_TO_X=1
    """)
    | ESCAPED,
}

test_findings = reports(CASES)
