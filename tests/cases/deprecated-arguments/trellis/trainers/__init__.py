import warnings

from . import tiny


class TinyTrainer(tiny.TinyTrainer):
    def __init__(self, *args, lambda_unmatched=None, lambda_empty=0.0, **kwargs):
        super().__init__(*args, **kwargs)
        if lambda_unmatched is not None:
            warnings.warn("lambda_unmatched is deprecated and ignored", stacklevel=2)
        if lambda_empty > 1:
            warnings.warn("lambda_empty is large", stacklevel=2)
        self.weights = {"empty": lambda_empty}
        print(self.weights)
