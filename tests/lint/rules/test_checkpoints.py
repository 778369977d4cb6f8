"""Checkpoints that a training starts from, or is resumed from in half precision."""

from tests.lint.rules.tables import Case, parse_cases, reports
from tests.lint.rules.test_source import FORK, OPTIMIZING, parse_unread, read_checkout

FROM = """

class Mine(Mine):
    def __init__(self, *args, finetune_ckpt=None, **kwargs):
        super().__init__(*args, **kwargs)
        if finetune_ckpt:
            self.finetune_from(finetune_ckpt)

    def finetune_from(self, paths):
"""
BY_ROLE = """
        for role, net in self.models.items():
            if role in paths:
                net.load_state_dict(torch.load(io.BytesIO(open(paths[role], "rb").read())))
"""
BY_KEY = """
        for role, path in paths.items():
            self.models[role].load_state_dict(load_file(path))
"""
BY_PATH = """
        net.load_state_dict(torch.load(paths))
"""


def parse_for(body: str, text: str) -> dict[str, Case]:
    source = f"import io\nfrom safetensors.torch import load_file\n{OPTIMIZING}{FROM}{body}"
    facts = read_checkout({"fork/trainers/mine.py": source})
    return parse_cases(text, facts=facts, bases={"fork": FORK})


CASES = {
    "TC405": parse_cases("""
        of a VQVAE: sdf_vqvae models.vqvae.args.use_fp16=false fp16_mode="inflat_all"
            33:26 warning TC405 a resumed run fails or switches to half precision: fp16_mode …
            +8:29 full precision
        by both defaults: sdf_vqvae -models.vqvae.args.use_fp16
            20:9 warning TC405 a resumed run fails or switches to half precision: fp16_mode …
        the mode by default: image_flow models.denoiser.args.use_fp16=false
            25:9 warning TC405 a resumed run fails or switches to half precision: fp16_mode …
            +12:29 full precision
        the model by default: text_flow -models.denoiser.args.use_fp16 fp16_mode="inflat_all"
            50:26 warning TC405 a resumed run fails or switches to half precision: fp16_mode …
        one of two models: structure_vae models.decoder.args.use_fp16=false
            38:9 warning TC405 a resumed run fails or switches to half precision: fp16_mode …
            +26:29 full precision
        both models: structure_vae models.encoder.args.use_fp16=false
                models.decoder.args.use_fp16=false
            38:9 warning TC405 a resumed run fails or switches to half precision: fp16_mode …
            +13:29 full precision
            +26:29 full precision
        an unknown trainer that sets it: sdf_vqvae trainer.name="GanTrainer"
                models.vqvae.args.use_fp16=false fp16_mode="inflat_all"
            20:17 note TC501 GanTrainer is not in …
            33:26 warning TC405 a resumed run fails or switches to half precision: fp16_mode …
            +8:29 full precision
        half precision throughout: sdf_vqvae fp16_mode="inflat_all"
        full precision throughout: sdf_vqvae models.vqvae.args.use_fp16=false fp16_mode=null
        automatic: sdf_vqvae models.vqvae.args.use_fp16=false fp16_mode="amp"
        TRELLIS.2: shape_flow mix_precision_mode="inflat_all"
        TRELLIS.2 with the older mode: material_vae fp16_mode="inflat_all"
        an unknown model: sdf_vqvae models.vqvae=TriplaneVae{"use_fp16": false}
            4:21 note TC501 TriplaneVae is not in …
        an unknown trainer with its own default: sdf_vqvae trainer.name="GanTrainer"
                models.vqvae.args.use_fp16=false
            20:17 note TC501 GanTrainer is not in …
        a config of either package: structure_vae models.encoder.args.use_fp16=false
                dataset.name="VoxelFolder"
            31:17 note TC501 VoxelFolder is not in …
    """),
    "TC510": parse_cases("""
        a path: image_flow finetune_ckpt="a.pt"
            43:30 warning TC510 finetune_ckpt is a path, but must be an object: the path of each …
        a role is misspelled: image_flow finetune_ckpt={"denoisr": "a.pt"}
            44:17 warning TC510 "denoisr" in finetune_ckpt names no model: denoiser is not …
        a role too many: image_flow finetune_ckpt={"denoiser": "a.pt", "encoder": "b.pt"}
            45:17 warning TC510 "encoder" in finetune_ckpt names no model: it is ignored
        safetensors: image_flow finetune_ckpt={"denoiser": "a.safetensors"}
            44:29 note TC510 finetune_ckpt names a .safetensors file, but torch.load …
        each role: structure_vae finetune_ckpt={"encoder": "a.pt", "decoder": "b.pt"}
        one of two roles: structure_vae finetune_ckpt={"encoder": "a.pt"}
        an unknown trainer: sdf_vqvae trainer.name="GanTrainer" finetune_ckpt="a.safetensors"
            20:17 note TC501 GanTrainer is not in …
        nothing: image_flow finetune_ckpt={}
    """)
    | parse_unread("""
        a class that cannot be read: fork trainer.name="SLatVaeGaussianTrainer" max_epoch=null
                i_save=500 finetune_ckpt="a.pt"
    """)
    | parse_for(
        BY_ROLE,
        """
        the code takes an object: fork finetune_ckpt="a.pt"
            27:30 error TC510 finetune_ckpt is a path, but must be an object: the path of each …
        the code ignores a key: fork finetune_ckpt={"nett": "a.pt"}
            28:17 error TC510 "nett" in finetune_ckpt names no model: net is not loaded; …
        the code ignores one key of two: fork finetune_ckpt={"net": "a.pt", "old": "b.pt"}
            29:17 warning TC510 "old" in finetune_ckpt names no model: it is ignored
        the code reads bytes: fork finetune_ckpt={"net": "a.safetensors"}
            28:24 error TC510 finetune_ckpt names a .safetensors file, but torch.load …
        what the code takes: fork finetune_ckpt={"net": "a.pt"}
        """,
    )
    | parse_for(
        BY_KEY,
        """
        the code fails with a key: fork finetune_ckpt={"net": "a.safetensors", "old": "b"}
            29:17 error TC510 "old" in finetune_ckpt names no model: KeyError at startup
        the code reads safetensors: fork finetune_ckpt={"net": "a.pt"}
            28:24 error TC510 finetune_ckpt names a .pt file, but the trainer reads …
        """,
    )
    | parse_for(
        BY_PATH,
        """
        the code takes a path: fork finetune_ckpt={"net": "a.pt"}
            27:30 error TC510 finetune_ckpt is an object, but must be the path of a checkpoint
        a path to what torch can read: fork finetune_ckpt="a.safetensors"
        """,
    ),
}

test_findings = reports(CASES)
