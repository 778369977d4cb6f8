"""What train scripts read of a config, beside the arguments of its classes."""

from pathlib import Path
from textwrap import indent

import pytest

from tests.source.checkouts import TRAIN, read, trainers, write
from trellis_cfg.source.facts import SourceFacts

LOADING = """
import os, wandb
from easydict import EasyDict
from trellis.utils import helping

if __name__ == "__main__":
    cfg = EasyDict(json.load(open("config.json")))
    main(0, cfg)
"""
HELPING = "def help_out(cfg, kind=None):\n    print(cfg['dataset']['helped'])\n"
HELPING += "\nclass Config(dict):\n    pass\n"


def read_main(folder: Path, lines: str, more: str = "", after: str = "") -> SourceFacts:
    """Return the facts of a checkout with lines at the start and the end of its main function."""
    start = "def main(rank, cfg):\n"
    train = TRAIN.replace(start, start + indent(lines, "    ")) + indent(after, "    ")
    files = trainers({"Mine": "base"}) | {
        "train.py": train + LOADING + more,
        "trellis/utils/__init__.py": "",
        "trellis/utils/helping.py": HELPING,
    }
    return read(write(folder, files))


# What stands in main, and whether "type" of the dataset may be read.
READS = {
    "nothing": ("", False),
    "an_attribute": ("print(cfg.dataset.type)\n", True),
    "a_subscript": ("print(cfg['dataset']['type'])\n", True),
    "with_a_default": ("kind = cfg.dataset.get('type', 'scan')\n", True),
    "getattr": ("kind = getattr(cfg.dataset, 'type', None)\n", True),
    "a_test": ("if 'type' in cfg.dataset:\n    pass\n", True),
    "a_dotted_path": ("kind = select(cfg, 'dataset.type')\n", True),
    "all_keys": ("for key, value in cfg.dataset.items():\n    print(key)\n", True),
    "all_sections": ("for key in cfg:\n    print(cfg[key])\n", True),
    "a_computed_key": ("print([cfg.dataset[key] for key in KEYS])\n", True),
    "an_entry_as_keywords": ("build(**cfg.dataset)\n", True),
    "an_entry_elsewhere": ("data = elsewhere.build(cfg.dataset)\n", True),
    "an_entry_of_another_name": ("data_cfg = cfg.dataset\nelsewhere.build(data_cfg)\n", True),
    "another_entry_elsewhere": ("data = elsewhere.build(cfg.trainer)\n", False),
    "the_config_elsewhere": ("elsewhere.run(rank, config=cfg)\n", True),
    "the_dictionary_of_the_config_elsewhere": ("elsewhere.run(cfg.__dict__)\n", True),
    "the_config_in_an_object": ("holder.cfg = cfg\n", True),
    "a_copy_elsewhere": ("elsewhere.run({**cfg})\n", True),
    "the_config_to_a_process": ("mp.spawn(elsewhere.run, args=(cfg,))\n", True),
    "the_config_to_a_process_of_its_own": ("mp.spawn(main, args=(cfg,))\n", False),
    "printed": ("print(json.dumps(cfg.__dict__))\n", False),
    "written": ("json.dump(cfg, open('config.json', 'w'))\n", False),
    "logged": ("wandb.init(config=cfg)\n", False),
    "computed_code": ("exec(f'cfg.{line}')\n", True),
    "keys_that_are_set_in_a_loop": ("for k in KEYS:\n    setattr(cfg.dataset, k, 1)\n", True),
    "a_class_that_loads_it": ("data = Config.from_file(path)\ncfg.update(data)\n", True),
    "a_class_of_the_checkout_that_loads_it": ("cfg = helping.Config(path)\n", True),
    "a_function_of_the_checkout_that_loads_it": ("cfg = helping.help_out(path)\n", False),
    "options_of_an_object": ("opt = Parser.parse(path)\n", False),
    "a_module_of_the_checkout": ("helping.help_out(cfg)\n", False),
    "the_comment_of_an_option": ("add(help='the type of data')\n", False),
}


@pytest.mark.parametrize(("lines", "expected"), READS.values(), ids=READS)
def test_whether_a_key_may_be_read(lines: str, expected: bool, tmp_path: Path) -> None:  # noqa: FBT001
    reads = read_main(tmp_path, lines).config_reads
    assert reads is not None
    assert reads.may_read("dataset", "type") is expected


CREATE = "getattr(datasets, cfg.dataset.name)(cfg.data_dir, **cfg.dataset.args)"
# What stands for that in main, and the sections that may be lists.
LISTS = {
    "by_a_key": (CREATE, []),
    "by_an_index": ("getattr(datasets, cfg.dataset[0].name)(**cfg.dataset[0].args)", ["dataset"]),
    "in_a_loop": ("[create(each) for each in cfg.dataset]", ["dataset"]),
    "as_it_is": (f"{CREATE} if isinstance(cfg.models, dict) else None", ["models"]),
}


@pytest.mark.parametrize(("creation", "expected"), LISTS.values(), ids=LISTS)
def test_sections_that_may_be_lists(creation: str, expected: list[str], tmp_path: Path) -> None:
    files = trainers({"Mine": "base"}) | {"train.py": TRAIN.replace(CREATE, creation)}
    replaced = read(write(tmp_path, files)).replaced
    sections = ("dataset", "models", "trainer")
    assert [each for each in sections if replaced.may_differ((each,), [])] == expected


INTERVALS = "args = cfg.trainer.args\nfor key in ('i_log', 'i_save'):\n"
# What main does first, and whether it may use other values than a text and a number of the config.
CONVERTED = {
    "arguments_in_a_loop": (INTERVALS + "    args[key] = int(args[key])\n", [True, False]),
    "all_arguments": ("cfg['trainer']['args'] = convert(cfg)\n", [True, False]),
    "those_of_another_section": ("cfg.dataset.args[key] = int(text)\n", [False, False]),
    "none": (INTERVALS + "    print(args[key])\n", [False, False]),
}


@pytest.mark.parametrize(("lines", "expected"), CONVERTED.values(), ids=CONVERTED)
def test_texts_that_may_be_converted(lines: str, expected: list[bool], tmp_path: Path) -> None:
    replaced = read_main(tmp_path, lines).replaced
    path = ("trainer", "args", "i_log")
    assert [replaced.may_differ(path, value) for value in ("500", 500)] == expected


def test_a_module_that_gets_the_config_reads_it(tmp_path: Path) -> None:
    reads = read_main(tmp_path, "helping.help_out(cfg)\n").config_reads
    assert reads is not None
    assert reads.may_read("dataset", "helped")
    assert reads.may_read("dataset", "kind")


@pytest.mark.parametrize("line", ["build(cfg.models)\n", "elsewhere.make(cfg.models.vae)\n"])
def test_entries_of_models_are_followed_into_functions(line: str, tmp_path: Path) -> None:
    build = (
        "\ndef build(entries):\n    return [elsewhere.make(each) for each in entries.values()]\n"
    )
    reads = read_main(tmp_path, line, build).config_reads
    assert reads is not None
    assert reads.may_read("models", "anything")
    assert not reads.may_read("dataset", "anything")


def test_nothing_is_known_without_a_train_script(tmp_path: Path) -> None:
    files = trainers({"Mine": "base"}) | {"train.py": "from trellis import trainers\n"}
    facts = read(write(tmp_path, files))
    assert facts.config_reads is None
    assert facts.required_keys == {}


TYPE = {("dataset", "type")}
ROLE = {("models", "*", "weights")}
READ = "kind = cfg.dataset.type\n"
FOLLOWED = "\ndef get_kind(entry):\n    return entry.type\n"
# What stands in main, what follows, and the keys without which the script fails.
REQUIRED = {
    "an_attribute": (READ, "", TYPE),
    "a_subscript": ("kind = cfg['dataset']['type']\n", "", TYPE),
    "part_of_an_expression": ("print('kind', f'{cfg.dataset.type.lower()}!')\n", "", TYPE),
    "of_another_name": ("entry = cfg.dataset\nprint(entry.type)\n", "", TYPE),
    "in_a_function": ("kind = get_kind(cfg.dataset)\n", FOLLOWED, TYPE),
    "in_a_with_block": ("with quiet():\n    kind = cfg.dataset.type\n", "", TYPE),
    "a_condition_itself": ("if cfg.dataset.type:\n    pass\n", "", TYPE),
    "each_role": ("for role, net in cfg.models.items():\n    print(net.weights)\n", "", ROLE),
    "each_role_in_a_list": ("print([net.weights for net in cfg.models.values()])\n", "", ROLE),
    "a_role": ("print(cfg.models.vae.name)\n", "", {("models", "vae", "name")}),
    "the_config_itself": ("seed_all(cfg.seed)\n", "", {("seed",)}),
    "read_by_the_caller": ("", f"\n{READ}for _ in range(3):\n    main(0, cfg)\n", TYPE),
    "read_by_one_of_two_callers": ("", f"\ndef again():\n    {READ}    main(1, cfg)\n", set()),
    "an_attribute_of_dictionaries": ("print(cfg.dataset.__dict__, cfg.items)\n", "", set()),
    "under_a_condition": ("if rank:\n    print(cfg.dataset.type)\n", "", set()),
    "one_of_two": ("kind = cfg.dataset.type if rank else None\n", "", set()),
    "after_and": ("kind = rank and cfg.dataset.type\n", "", set()),
    "tried": ("try:\n    print(cfg.dataset.type)\nexcept Exception:\n    pass\n", "", set()),
    "suppressed": ("with suppress(KeyError):\n    print(cfg.dataset.type)\n", "", set()),
    "after_an_exit": (f"sys.exit(0)\n{READ}", "", set()),
    "of_another_file": (READ, "\nDEFAULTS = json.load(open('defaults.json'))\n", set()),
    "filled_elsewhere": (f"fill(cfg)\n{READ}", "\nfrom lib.configs import fill\n", set()),
    "in_a_loop": ("for _ in range(rank):\n    print(cfg.dataset.type)\n", "", set()),
    "while": ("while rank:\n    print(cfg.dataset.type)\n", "", set()),
    "perhaps_for_no_role": ("[net.weights for net in cfg.models.values() if net.own]\n", "", set()),
    "in_a_lambda": ("show = lambda: cfg.dataset.type\n", "", set()),
    "in_a_function_inside": ("def show():\n    print(cfg.dataset.type)\n", "", set()),
    "after_a_return": (f"if rank:\n    return\n{READ}", "", set()),
    "after_a_continue": (
        "for net in cfg.models.values():\n    if rank:\n        continue\n    net.weights\n",
        "",
        set(),
    ),
    "after_a_break": ("for net in cfg.models.values():\n    break\n    net.weights\n", "", set()),
    "with_a_default": ("kind = cfg.dataset.get('type')\n", "", set()),
    "getattr": ("kind = getattr(cfg.dataset, 'type', 1)\n", "", set()),
    "tested_before": (f"assert 'type' in cfg.dataset\n{READ}", "", set()),
    "set_before": (f"cfg.dataset.type = 'scan'\n{READ}", "", set()),
    "set_by_key": (f"cfg.dataset['type'] = 'scan'\n{READ}", "", set()),
    "in_a_generator": ("get_kind(cfg.dataset)\n", FOLLOWED.replace("return", "yield"), set()),
    "set_in_a_dictionary": (f"cfg.dataset.update(type='scan')\n{READ}", "", set()),
    "of_defaults": (f"{READ}", "\nDEFAULTS = {'dataset': {'type': 'scan'}}\n", set()),
    "a_name_bound_again": ("entry = cfg.dataset\nentry = 1\nprint(entry.type)\n", "", set()),
    "a_name_that_may_differ": (
        "entry = cfg.dataset\nif rank:\n    entry = 1\nprint(entry.type)\n",
        "",
        set(),
    ),
    "a_config_that_is_lenient": (READ, "\nfrom omegaconf import OmegaConf\n", set()),
    "a_class_of_its_own": (READ, "\nclass Cfg(dict):\n    __getattr__ = dict.get\n", set()),
    "an_option": ("seed_all(cfg.seed)\n", "\nparser.add_argument('--seed')\n", set()),
    "options_from_elsewhere": ("seed_all(cfg.seed)\n", "\ncfg.update(parse())\n", set()),
    "options_of_a_loop": ("seed_all(cfg.seed)\n", "\nparser.add_argument('--' + name)\n", set()),
    "options_of_another_parser": (
        "seed_all(cfg.seed)\n",
        "\nparser = ArgumentParser(parents=[common])\n",
        set(),
    ),
    "options_of_a_function": (
        "seed_all(cfg.seed)\n",
        "\nparser = ArgumentParser()\nadd_options(parser)\n",
        set(),
    ),
}


@pytest.mark.parametrize(("lines", "more", "expected"), REQUIRED.values(), ids=REQUIRED)
def test_keys_without_which_a_script_fails(
    lines: str, more: str, expected: set[tuple[str, ...]], tmp_path: Path
) -> None:
    options = "\nDATA = 'data_dir', 'output_dir', 'load_dir', 'load_ckpt'\n"
    required = read_main(tmp_path, lines, more + options).required_keys
    others = {keys for keys in required if keys[-1] not in ("name", "args") or "vae" in keys}
    assert others == expected


def test_every_script_has_to_need_a_key(tmp_path: Path) -> None:
    read_main(tmp_path, READ)
    (tmp_path / "train_two.py").write_text(TRAIN + LOADING)
    facts = read(tmp_path)
    assert facts.train_scripts == ("train.py", "train_two.py")
    assert ("dataset", "type") not in facts.required_keys
    assert ("dataset", "name") in facts.required_keys
