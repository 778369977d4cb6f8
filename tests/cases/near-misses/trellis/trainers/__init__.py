from . import tiny


class TinyTrainer(tiny.TinyTrainer):
    def __init__(
        self, *args, optimizer=None, lr_scheduler=None, image_p_uncond=0.5, lambda_kl=1e-6, **kwargs
    ):
        super().__init__(*args, **kwargs)
        self.values = (optimizer, lr_scheduler, image_p_uncond, lambda_kl)
        print("values", *self.values)


class OwnTrainer(TinyTrainer):
    def __init__(self, *args, **kwargs):
        self.every, self.rate = kwargs.get("save_every"), kwargs.pop("learning_rate", None)
        super().__init__(*args, **kwargs)
