import warnings


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
        lambda_unmatched=None,
        lambda_empty=0.0,
        i_save=1000,
        **kwargs,
    ):
        self.models, self.dataset, self.step = models, dataset, step or 0
        self.max_steps, self.i_save = max_steps, i_save
        if lambda_unmatched is not None:
            warnings.warn("lambda_unmatched is deprecated and ignored", stacklevel=2)
        if lambda_empty > 1:
            warnings.warn("lambda_empty is large", stacklevel=2)
        self.weights = {"empty": lambda_empty}
        print(self.weights)

    def run(self):
        while self.step < self.max_steps:
            self.step += 1
            if self.step % self.i_save == 0:
                self.save()

    def save(self):
        print("saved", self.step)
