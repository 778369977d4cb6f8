"""Which checkpoints of a run are whole, by their names and sizes."""

import os
from pathlib import Path

import pytest

from tests.lint.rules.configs import STRUCTURE_VAE, changed
from tests.restore.folders import write_run
from trellis_cfg import api
from trellis_cfg.restore.run_folder import RunFolder, read_run_folder

MISC = "misc_step0002000.pt"


@pytest.mark.parametrize(
    ("damage", "incomplete"),
    [
        ("remove encoder_step0002000.pt", {2000: "encoder_step0002000.pt is missing"}),
        ("remove misc_step0002000.pt", {2000: "misc_step0002000.pt is missing"}),
        (
            "empty decoder_ema0.9999_step0002000.pt",
            {2000: "decoder_ema0.9999_step0002000.pt is empty"},
        ),
        ("write encoder_step0003000.pt", {3000: "misc_step0003000.pt is missing"}),
        ("write misc_step0003000.pt", {3000: "encoder_step0003000.pt is missing"}),
        ("write misc_step0003000.pt.trellis-cfg-partial", {}),
        ("write notes_stepX.pt", {}),
    ],
)
def test_a_checkpoint_that_is_not_whole(
    damage: str, incomplete: dict[int, str], tmp_path: Path
) -> None:
    folder = write_run(tmp_path / "run", STRUCTURE_VAE)
    action, name = damage.split()
    path = folder / "ckpts" / name
    if action == "remove":
        path.unlink()
    else:
        path.write_bytes(b"PK" if action == "write" else b"")
    resumed = api.resume(str(folder))
    assert resumed.incomplete == incomplete
    assert resumed.step == (1000 if 2000 in incomplete else 2000)
    newest = name if name.startswith("misc") and name.endswith("3000.pt") else ""
    is_loaded = bool(newest) or (bool(incomplete) and 2000 in incomplete and name != MISC)
    assert [each.code for each in resumed.findings] == ["TC702"] * is_loaded


def test_a_large_file_that_is_cut_short(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", STRUCTURE_VAE)
    for step, size in ((1000, 4 << 20), (2000, 3 << 20)):
        os.truncate(folder / f"ckpts/encoder_step{step:07d}.pt", size)
    assert api.resume(str(folder)).incomplete == {
        2000: "encoder_step0002000.pt is smaller than at other steps"
    }


@pytest.mark.parametrize(
    ("situation", "message"),
    [
        ("nothing", "run: cannot be read: No such file or directory"),
        ("a file", "run: cannot be read: Not a directory"),
        ("an empty folder", "run/config.json: cannot be read: No such file or directory"),
        ("no checkpoint", "run/ckpts: no checkpoint: train.py starts at step 0"),
        ("a partial file", "starts at step 0; misc_step0002000.pt.tmp is of an interrupted save"),
        ("no misc", "no misc file: --ckpt latest silently starts at step 0"),
        ("only misc", "no step is whole: at step 2,000, encoder_step0002000.pt is missing"),
        ("another fork", "the checkpoints hold net, the config has decoder, decoder_ema0.9999, "),
        ("no JSON", "run/config.json:1:1: expected a value"),
        ("no config", "run/config.json: not a config: it has no models, dataset or trainer"),
        ("a list", "run/config.json: not a config"),
    ],
)
def test_nothing_to_resume(situation: str, message: str, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    match situation:
        case "nothing":
            pass
        case "a file":
            folder.write_text("")
        case "an empty folder":
            folder.mkdir()
        case _:
            write_run(folder, STRUCTURE_VAE, () if situation in EMPTY else (2000,))
            _damage(folder, situation)
    before = sorted(folder.rglob("*"))
    with pytest.raises(api.ConfigError) as raised:
        api.resume(str(folder))
    assert message in raised.value.message
    assert sorted(folder.rglob("*")) == before


EMPTY = ("no checkpoint", "a partial file", "another fork")


def _damage(folder: Path, situation: str) -> None:
    checkpoints = folder / "ckpts"
    match situation:
        case "a partial file":
            (checkpoints / f"{MISC}.tmp").write_bytes(b"")
        case "no misc":
            (checkpoints / MISC).unlink()
        case "only misc":
            for path in checkpoints.glob("*coder*"):
                path.unlink()
        case "another fork":
            for stem in ("misc", "net"):
                (checkpoints / f"{stem}_step0000005.pt").write_bytes(b"PK")
        case "no JSON":
            (folder / "config.json").write_text("x")
        case "no config" | "a list":
            (folder / "config.json").write_text("{}" if situation == "no config" else "[1]")


def test_another_step(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", STRUCTURE_VAE)
    assert api.resume(str(folder), step=1000).step == 1000
    with pytest.raises(
        api.ConfigError, match="step 1,500 is not whole: it has no files; whole: 1,"
    ):
        api.resume(str(folder), step=1500)


def test_a_name_that_is_none() -> None:
    with pytest.raises(api.ConfigError, match="invalid file name"):
        api.resume("a\0b")


def test_what_the_last_launch_says(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "run", changed(STRUCTURE_VAE, {"trainer.args.i_save": 1000}))
    command = "python train.py --config a.json --num_gpus=4 --num_nodes 2 --data_dir /data"
    (folder / "command.txt").write_text(command)
    read: RunFolder = read_run_folder(str(folder))
    assert read.command == {"num_gpus": "4", "num_nodes": "2", "data_dir": "/data"}
    assert not read.is_relaunched
    os.utime(folder / "config.json", (2e9, 2e9))
    assert read_run_folder(str(folder)).is_relaunched
    assert api.resume(str(folder)).figures["batch_size"] == 32


@pytest.mark.parametrize(
    ("missing", "incomplete"),
    [
        ("encoder_step0003000.pt", {3000: "encoder_step0003000.pt is missing"}),
        ("decoder_ema0.9999_step0001000.pt", {}),
    ],
)
def test_the_files_of_an_unknown_trainer_are_those_that_most_steps_have(
    missing: str, incomplete: dict[int, str], tmp_path: Path
) -> None:
    config = changed(STRUCTURE_VAE, {"trainer.name": "MyTrainer"})
    folder = write_run(tmp_path / "run", config, (1000, 2000, 3000))
    (folder / "ckpts" / missing).unlink()
    assert api.resume(str(folder)).incomplete == incomplete
