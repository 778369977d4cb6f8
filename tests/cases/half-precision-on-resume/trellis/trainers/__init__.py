from . import tiny


class TinyTrainer(tiny.TinyTrainer):
    def __init__(self, *args, load_dir, step, fp16_mode="inflat_all", **kwargs):
        super().__init__(*args, load_dir=load_dir, step=step, **kwargs)
        self.fp16_mode = fp16_mode
        if step is not None:
            self.load(load_dir, step)

    def load(self, load_dir, step):
        for role, net in self.models.items():
            net.load_state_dict({})
            if self.fp16_mode == "inflat_all":
                net.convert_to_fp16()
            net()
