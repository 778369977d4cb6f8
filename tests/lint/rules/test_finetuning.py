"""Checkpoints that a training starts from."""

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
    )
}

test_findings = reports(CASES)
