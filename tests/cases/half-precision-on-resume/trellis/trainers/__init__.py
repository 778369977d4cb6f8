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
        fp16_mode="inflat_all",
        i_save=1000,
        **kwargs,
    ):
        self.models, self.dataset, self.step = models, dataset, step or 0
        self.max_steps, self.i_save = max_steps, i_save
        self.fp16_mode = fp16_mode
        if step is not None:
            self.load(load_dir, step)

    def run(self):
        while self.step < self.max_steps:
            self.step += 1
            if self.step % self.i_save == 0:
                self.save()

    def save(self):
        print("saved", self.step)

    def load(self, load_dir, step):
        for role, net in self.models.items():
            net.load_state_dict({})
            if self.fp16_mode == "inflat_all":
                net.convert_to_fp16()
            net()
