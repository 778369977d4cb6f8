import io

import torch

from . import tiny


class TinyTrainer(tiny.TinyTrainer):
    def __init__(self, *args, finetune_ckpt=None, **kwargs):
        super().__init__(*args, **kwargs)
        if finetune_ckpt is not None:
            self.finetune_from(finetune_ckpt)

    def finetune_from(self, finetune_ckpt):
        paths = {role: path for role, path in finetune_ckpt.items() if path}
        for role, net in self.models.items():
            if role in paths:
                with open(paths[role], "rb") as file:
                    net.load_state_dict(torch.load(io.BytesIO(file.read())))
                print("loaded", role)
            else:
                print("from scratch", role)
