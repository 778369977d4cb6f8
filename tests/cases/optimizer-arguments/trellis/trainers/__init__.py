import torch

from . import tiny


class TinyTrainer(tiny.TinyTrainer):
    def __init__(self, *args, optimizer, **kwargs):
        super().__init__(*args, **kwargs)
        self.optimizer_config = optimizer
        self.init_models_and_more()

    def init_models_and_more(self):
        args = dict(self.optimizer_config["args"])
        bias = args.pop("weight_decay_bias", 0.0)
        norm = args.pop("weight_decay_layer_norm", 0.0)
        groups = [{"params": [], "weight_decay": decay} for decay in (bias, norm)]
        self.optimizer = getattr(torch.optim, self.optimizer_config["name"])(groups, **args)
