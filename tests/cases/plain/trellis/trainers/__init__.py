from .tiny import TinyTrainer
