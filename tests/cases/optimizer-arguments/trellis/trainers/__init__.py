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
        optimizer,
        i_save=1000,
        **kwargs,
    ):
        self.models, self.dataset, self.step = models, dataset, step or 0
        self.max_steps, self.i_save = max_steps, i_save
        self.optimizer_config = optimizer
        self.init_models_and_more()

    def run(self):
        while self.step < self.max_steps:
            self.step += 1
            if self.step % self.i_save == 0:
                self.save()

    def save(self):
        print("saved", self.step)

    def init_models_and_more(self):
        args = dict(self.optimizer_config["args"])
        bias = args.pop("weight_decay_bias", 0.0)
        norm = args.pop("weight_decay_layer_norm", 0.0)
        groups = [{"params": [], "weight_decay": decay} for decay in (bias, norm)]
        self.optimizer = getattr(torch.optim, self.optimizer_config["name"])(groups, **args)
