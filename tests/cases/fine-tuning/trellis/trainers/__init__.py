import io

import torch


class TinyTrainer:
    def __init__(
        self,
        models,
        dataset,
        *,
        output_dir,
        load_dir,
        step,
        max_steps,
        batch_size_per_gpu,
        finetune_ckpt=None,
        i_save=1000,
        **kwargs,
    ):
        self.models, self.dataset, self.step = models, dataset, step or 0
        self.max_steps, self.i_save = max_steps, i_save
        if finetune_ckpt is not None:
            self.finetune_from(finetune_ckpt)

    def run(self):
        while self.step < self.max_steps:
            self.step += 1
            if self.step % self.i_save == 0:
                self.save()

    def save(self):
        print("saved", self.step)

    def finetune_from(self, finetune_ckpt):
        paths = {role: path for role, path in finetune_ckpt.items() if path}
        for role, net in self.models.items():
            if role in paths:
                with open(paths[role], "rb") as file:
                    net.load_state_dict(torch.load(io.BytesIO(file.read())))
                print("loaded", role)
            else:
                print("from scratch", role)
