import torch


class FlowMatchingTrainer:
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
        i_save=1000,
        **kwargs,
    ):
        self.model, self.dataset, self.batch = models["denoiser"], dataset, batch_size_per_gpu

    def training_losses(self, x_0):
        return self.model(x_0)

    def run(self):
        print("loss", self.training_losses(self.dataset.batch(self.batch)))


class SparseFlowMatchingTrainer(FlowMatchingTrainer):
    def training_losses(self, x_0):
        return self.model(x_0.replace(x_0.feats))


class EitherSparseFlowMatchingTrainer(SparseFlowMatchingTrainer):
    def training_losses(self, x_0):
        if isinstance(x_0, torch.Tensor):
            return self.model(x_0)
        return super().training_losses(x_0)


class SparseFlowMatchingCFGTrainer(EitherSparseFlowMatchingTrainer):
    pass
