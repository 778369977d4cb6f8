import argparse
import json

from easydict import EasyDict

from trellis import datasets, evaluators, models, trainers


def main(cfg):
    print("kind", cfg.dataset.type)
    data = getattr(datasets, cfg.dataset.name)(cfg.data_dir, **cfg.dataset.args)
    if "val_dataset" in cfg:
        val = getattr(datasets, cfg.val_dataset.name)(cfg.data_dir, **cfg.val_dataset.args)
    if "evaluator" in cfg:
        ev = getattr(evaluators, cfg.evaluator.name)(val, **cfg.evaluator.args)
    nets = {role: getattr(models, net.name)(**net.args) for role, net in cfg.models.items()}
    trainer = getattr(trainers, cfg.trainer.name)(
        nets, data, **cfg.trainer.args, output_dir="out", load_dir="out", step=cfg.ckpt
    )
    trainer.run()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", required=True)
    parser.add_argument("--ckpt", type=int)
    parser.add_argument("--data_dir", default="data")
    cfg = EasyDict(vars(parser.parse_args()))
    cfg.update(json.load(open(cfg.config)))
    main(cfg)
