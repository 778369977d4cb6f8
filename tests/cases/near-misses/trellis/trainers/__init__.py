class TinyTrainer:
    def __init__(
        self, models, dataset, *, output_dir, load_dir, step,
        max_steps, batch_size_per_gpu,
        optimizer=None, lr_scheduler=None, image_p_uncond=0.5, lambda_kl=1e-6, i_save=1000, **kwargs
    ):
        self.models, self.dataset, self.step = models, dataset, step or 0
        self.max_steps, self.i_save = max_steps, i_save
        self.values = (optimizer, lr_scheduler, image_p_uncond, lambda_kl)
        print("values", *self.values)

    def run(self):
        while self.step < self.max_steps:
            self.step += 1
            if self.step % self.i_save == 0:
                self.save()

    def save(self):
        print("saved", self.step)


class OwnTrainer(TinyTrainer):
    def __init__(self, *args, **kwargs):
        self.every, self.rate = kwargs.get("save_every"), kwargs.pop("learning_rate", None)
        super().__init__(*args, **kwargs)
