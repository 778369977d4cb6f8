class BaseTrainer:
    def __init__(
        self, models, dataset, *, output_dir, load_dir, step,
        max_steps, batch_size_per_gpu, i_save=1000, use_critic=False, **kwargs
    ):
        self.models, self.dataset, self.step = models, dataset, step or 0
        self.max_steps, self.i_save, self.use_critic = max_steps, i_save, use_critic
        self.training_models = {name: wrap(model) for name, model in self.models.items()}
        self.parameters = [each for model in self.models.values() for each in model.parameters()]

    def run(self):
        while self.step < self.max_steps:
            self.run_step(self.dataset)
            self.step += 1
            if self.step % self.i_save == 0:
                self.save()

    def run_step(self, data):
        for batch in data:
            loss = self.training_losses(batch)
            loss.backward()

    def save(self):
        print({name: model.state_dict() for name, model in self.models.items()})


class PairTrainer(BaseTrainer):
    """Needs an encoder and a decoder; a critic only if it is asked for."""

    def training_losses(self, batch):
        code = self.training_models["encoder"](batch)
        loss = self.training_models["decoder"](code)
        if self.use_critic:
            loss = loss + self.training_models["critic"](code)
        return loss


class EveryTrainer(BaseTrainer):
    """Trains whatever there is."""

    def training_losses(self, batch):
        return sum(model(batch) for model in self.training_models.values())


class TeacherTrainer(BaseTrainer):
    """Brings a model of its own."""

    def __init__(self, models, *args, **kwargs):
        models["teacher"] = load_teacher()
        super().__init__(models, *args, **kwargs)

    def training_losses(self, batch):
        return self.models["student"](batch) - self.models["teacher"](batch)


def wrap(model):
    return model


def load_teacher():
    return wrap(None)
