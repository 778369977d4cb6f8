import torch
from transformers import AutoTokenizer, CLIPTextModel


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
        self.models, self.dataset = models, dataset

    def get_cond(self, cond):
        return cond

    def training_losses(self, x_0, cond=None):
        return self.models["denoiser"](x_0, self.get_cond(cond))

    def run(self):
        self.training_losses(**self.dataset.batch())


class TextConditionedFlowMatchingCFGTrainer(FlowMatchingTrainer):
    def __init__(self, *args, text_cond_model="openai/clip-vit-large-patch14", **kwargs):
        super().__init__(*args, **kwargs)
        self.encoder = CLIPTextModel.from_pretrained(text_cond_model)
        self.split = AutoTokenizer.from_pretrained(text_cond_model)

    def get_cond(self, cond):
        assert isinstance(cond, list), "text only"
        return self.encoder(input_ids=self.split(cond)["input_ids"]).last_hidden_state


class ImageConditionedFlowMatchingCFGTrainer(FlowMatchingTrainer):
    def __init__(self, *args, image_cond_model="dinov2_vitl14_reg", **kwargs):
        super().__init__(*args, **kwargs)
        self.encoder = torch.hub.load("facebookresearch/dinov2", image_cond_model)

    def get_cond(self, cond):
        return self.encoder(cond)


class OwnEncoderTrainer(ImageConditionedFlowMatchingCFGTrainer):
    def get_cond(self, cond):
        return cond @ torch.eye(768)
