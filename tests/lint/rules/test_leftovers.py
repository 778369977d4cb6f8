"""What does not belong in a config, or was left to be filled in."""

from tests.lint.rules.configs import IMAGE_FLOW, SDF_VQVAE, STRUCTURE_VAE, written
from tests.lint.rules.tables import case, fires, is_silent, raw

OPTIONS = (
    "config",
    "output_dir",
    "load_dir",
    "ckpt",
    "data_dir",
    "auto_retry",
    "tryrun",
    "profile",
    "num_nodes",
    "node_rank",
    "num_gpus",
    "master_addr",
    "master_port",
)

FIRES = {
    "TC505": {
        "a_folder_of_data": case(
            STRUCTURE_VAE,
            {"data_dir": "/data"},
            "52:5 warning TC505 data_dir replaces train.py's option --data_dir",
        ),
        "null_replaces_it_too": case(
            STRUCTURE_VAE,
            {"ckpt": None},
            "52:5 warning TC505 ckpt replaces train.py's option --ckpt",
        ),
        "each_option": case(
            STRUCTURE_VAE,
            dict.fromkeys(OPTIONS),
            "52:5 warning TC505 config replaces train.py's option --config",
            "53:5 warning TC505 output_dir replaces train.py's option --output_dir",
            "54:5 warning TC505 load_dir replaces train.py's option --load_dir",
            "55:5 warning TC505 ckpt replaces train.py's option --ckpt",
            "56:5 warning TC505 data_dir replaces train.py's option --data_dir",
            "57:5 warning TC505 auto_retry replaces train.py's option --auto_retry",
            "58:5 warning TC505 tryrun replaces train.py's option --tryrun",
            "59:5 warning TC505 profile replaces train.py's option --profile",
            "60:5 warning TC505 num_nodes replaces train.py's option --num_nodes",
            "61:5 warning TC505 node_rank replaces train.py's option --node_rank",
            "62:5 warning TC505 num_gpus replaces train.py's option --num_gpus",
            "63:5 warning TC505 master_addr replaces train.py's option --master_addr",
            "64:5 warning TC505 master_port replaces train.py's option --master_port",
        ),
        "a_reserved_argument_at_the_top": case(
            STRUCTURE_VAE,
            {"output_dir": "out"},
            "52:5 warning TC505 output_dir replaces train.py's option --output_dir",
        ),
    },
    "TC506": {
        "a_checkpoint": case(
            IMAGE_FLOW,
            {"trainer.args.finetune_ckpt": "PATH_TO_CKPT"},
            '43:30 warning TC506 "PATH_TO_CKPT" is a placeholder: put the real path here',
        ),
        "a_checkpoint_of_a_model": case(
            IMAGE_FLOW,
            {"trainer.args.finetune_ckpt": {"denoiser": "PATH_TO_512_CKPT"}},
            '44:29 warning TC506 "PATH_TO_512_CKPT" is a placeholder: put the real path here',
        ),
        "within_a_path": case(
            SDF_VQVAE,
            {"trainer.args.pretrained_vae_path": "/PATH_TO_WEIGHTS/vae.pth"},
            '33:36 warning TC506 "/PATH_TO_WEIGHTS/vae.pth" is a placeholder: put the real …',
        ),
        "in_an_array": case(
            STRUCTURE_VAE,
            {"_roots": ["a", ["PATH_TO_B"]]},
            '55:13 warning TC506 "PATH_TO_B" is a placeholder: put the real path here',
        ),
        "spelled_with_an_escape": raw(
            written(STRUCTURE_VAE).replace('"models"', '"_a": "PATH\\u005fTO_A", "models"'),
            '2:11 warning TC506 "PATH_TO_A" is a placeholder: put the real path here',
        ),
        "a_long_one": case(
            STRUCTURE_VAE,
            {"_a": "PATH_TO_" + "A" * 100},
            '52:11 warning TC506 "PATH_TO_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA…" is a placeholder: …',
        ),
        "each_of_a_folder_that_replaces_an_option": case(
            STRUCTURE_VAE,
            {"data_dir": "PATH_TO_DATA"},
            "52:5 warning TC505 data_dir replaces train.py's option --data_dir",
            '52:17 warning TC506 "PATH_TO_DATA" is a placeholder: put the real path here',
        ),
    },
}
SILENT = {
    "TC505": {
        "sections_of_forks": case(
            STRUCTURE_VAE, {"val_dataset": {}, "evaluator": 1, "lora": None, "_comment": "x"}
        ),
        "further_down": case(STRUCTURE_VAE, {"trainer.data_dir": "/data"}),
    },
    "TC506": {
        "a_real_path": case(IMAGE_FLOW, {"trainer.args.finetune_ckpt": "/data/path_to/x.pt"}),
        "a_key": case(STRUCTURE_VAE, {"PATH_TO_X": 1}),
    },
}

test_fires = fires(FIRES)
test_is_silent = is_silent(SILENT)
