"""What changes between two configs, and what each change does to a run that is resumed."""

from collections.abc import Iterator, Mapping

from trellis_cfg.restore import SOURCE, Change, Config, Outcome, Resume, get_value
from trellis_cfg.restore.arguments import decide_argument
from trellis_cfg.restore.components import read_precision

_SHAPES = (
    *("in_channels", "out_channels", "model_channels", "cond_channels", "latent_channels"),
    *("channels", "num_blocks", "mlp_ratio", "num_res_blocks", "num_res_blocks_middle"),
    *("share_mod", "qk_rms_norm", "qk_rms_norm_cross", "num_io_res_blocks"),
    *("io_block_channels", "embed_dim", "num_embeddings", "embedding_dim"),
    *("model_channels_encoder", "model_channels_decoder", "num_blocks_encoder"),
    *("num_blocks_decoder", "block_type", "down_block_type", "up_block_type", "pred_subdiv"),
)
"""The arguments of the models that change the shapes or the names of their parameters."""
_FUNCTIONS = (
    *("norm_type", "use_checkpoint", "attn_mode", "window_size", "dtype", "voxel_margin"),
    *("chunk_size", "beta"),
)
"""Those that change what a model computes, not its parameters."""
_HEADS = ("num_heads", "num_head_channels")
_FILTERS = (
    *("min_aesthetic_score", "max_num_voxels", "latent_model", "model", "max_tokens"),
    *("latent_key", "max_active_voxels", "max_num_faces", "full_pbr", "min_points"),
    *("max_points", "window_type"),
)
"""The arguments of the datasets that say which samples they keep."""
_KEEP_MODEL = "keep the models, or start a new run with finetune_ckpt"
_SAMPLER = (
    "the sampler's place in the checkpoint counts samples in the order of the old dataset: until "
    "the epoch ends, some come twice and some never"
)
_SEED = "the seed is not saved: the generators and the order of the samples start anew"
_PROCESSES = "the sampler's place counts the samples of one process: it moves", "keep the number"
_CHECKPOINT = "another checkpoint is loaded, or none", "keep it"
_TOP = {
    "seed": (_SEED, "keep it"),
    "data_dir": (_SAMPLER, "keep the data, or start a new run"),
    **dict.fromkeys(("num_gpus", "num_nodes"), _PROCESSES),
    **dict.fromkeys(("ckpt", "load_dir", "output_dir"), _CHECKPOINT),
}
"""The keys beside the sections that change a run silently: why, and what to do."""


def find_changes(old: Config, new: Config) -> list[Change]:
    """Return what differs, in the order of the new config; numbers are compared by value.

    The order of the roles is a change at ``models``, too.
    """
    changes = list(_compare((), old, new))
    models = [get_value(config, "models") for config in (old, new)]
    roles = [[*each] if isinstance(each, Mapping) else [] for each in models]
    if roles[0] != roles[1] and {*roles[0]} == {*roles[1]}:
        changes.insert(0, Change(("models",), roles[0], roles[1]))
    return changes


def _compare(path: tuple[str, ...], old: object, new: object) -> Iterator[Change]:
    if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
        if not _is_equal(old, new):
            yield Change(path, old, new)
        return
    for key, value in new.items():
        if key in old:
            yield from _compare((*path, key), old[key], value)
        else:
            yield Change((*path, key), None, value, is_added=True)
    for key, value in old.items():
        if key not in new:
            yield Change((*path, key), value, None, is_removed=True)


def _is_equal(old: object, new: object) -> bool:
    """Return whether two JSON values are equal; ``true`` is not 1, but 1.0 is, and NaN is NaN."""
    match old, new:
        case (list(), list()):
            return len(old) == len(new) and all(map(_is_equal, old, new))
        case (Mapping(), Mapping()):
            return old.keys() == new.keys() and all(_is_equal(old[key], new[key]) for key in old)
    return isinstance(old, bool) is isinstance(new, bool) and (
        old == new or (old != old and new != new)  # noqa: PLR0124  NaN
    )


def decide(change: Change, resume: Resume) -> Outcome:
    """Return what a change does to a run that is resumed."""
    if _is_default(change, resume):
        return Outcome("ignored", "it is the default: nothing changes")
    is_foreign = change.path in resume.foreign
    return (_decide_foreign if is_foreign else _decide_section)(change, resume)


def _decide_section(change: Change, resume: Resume) -> Outcome:
    match change.path:
        case ("models", *_):
            return _decide_models(change, resume)
        case ("dataset", *_):
            return _decide_dataset(change, resume)
        case ("trainer", "args", _, *_):
            return decide_argument(change, resume)
        case ("trainer", "name"):
            return _decide_trainer(change, resume)
    return _decide_top(change, resume)


def _is_default(change: Change, resume: Resume) -> bool:
    """Return whether an argument that is only in one config is the default in the other."""
    if not (change.is_added or change.is_removed) or change.path[-2:-1] != ("args",):
        return False
    defaults = resume.old_defaults if change.is_added else resume.new_defaults
    known = defaults.get(change.path[:-2], {})
    value = change.new if change.is_added else change.old
    return change.path[-1] in known and _is_equal(known[change.path[-1]], value)


def _decide_foreign(change: Change, resume: Resume) -> Outcome:
    is_ignored, advice = resume.foreign[change.path], "remove it, or correct its name"
    if is_ignored is None:
        return Outcome("unknown", "whether its class knows this argument is not known", SOURCE)
    reason = "its class does not know this argument"
    if is_ignored or change.is_removed:
        return Outcome("ignored", f"{reason}: it is ignored, also without a resume", advice)
    return Outcome("fails", f"{reason}: TypeError", advice, "start")


def _decide_models(change: Change, resume: Resume) -> Outcome:
    if unrestored := resume.decide_unrestored("models"):
        return unrestored
    place = resume.locate("models")
    if change.path == ("models",):
        return _decide_order(change, resume)
    if len(change.path) == 2:  # noqa: PLR2004  a role
        unusual = None if change.is_added else resume.decide_unusual("optimizer")
        if unusual:
            return unusual
        reason = "no file of this role" if change.is_added else "the optimizer's state does not fit"
        error = "FileNotFoundError" if change.is_added else "ValueError, or the file is missing"
        return Outcome("fails", f"{reason}: {error}", _KEEP_MODEL, "load", place)
    is_class = change.path[2] == "name"
    return (_decide_class if is_class else _decide_network)(change, resume)._replace(place=place)


def _decide_order(change: Change, resume: Resume) -> Outcome:
    if not (isinstance(change.old, list) and isinstance(change.new, list)):
        return Outcome("unknown", "models is not an object in both configs")
    if unusual := resume.decide_unusual("optimizer"):
        return unusual
    mode, _ = read_precision(resume, is_new=True)
    reason = "the optimizer's state is in the order of the roles"
    advice, place = "keep the order of the roles", resume.locate("optimizer")
    if mode == "inflat_all":
        reason = f"{reason}: its moments move to other weights"
        return Outcome("silent", reason, advice, place=place)
    return Outcome("fails", f"{reason}: the shapes differ (RuntimeError)", advice, "step", place)


def _decide_class(change: Change, resume: Resume) -> Outcome:
    old, new = str(change.old), str(change.new)
    if new.removeprefix("Elastic") == old.removeprefix("Elastic"):
        return Outcome("acts", "both classes have the same parameters")
    if {old, new} <= resume.known:
        reason = f"the parameters of {old} do not fit {new}: RuntimeError"
        return Outcome("fails", reason, _KEEP_MODEL, "load")
    return Outcome("unknown", f"whether the parameters of {old} fit {new} is not known")


def _decide_network(change: Change, resume: Resume) -> Outcome:
    role, key = change.path[1], change.path[3] if len(change.path) > 3 else ""  # noqa: PLR2004
    old, name = (str(get_value(each, "models", role, "name")) for each in (resume.old, resume.new))
    if name.removeprefix("Elastic") != old.removeprefix("Elastic"):
        return _decide_class(Change(change.path, old, name), resume)
    if name not in resume.known:
        return Outcome("unknown", f"what {name} does with this argument is not known")
    if key == "use_fp16":
        return _decide_half(name, change, resume)
    if _changes_shapes(name, key, change, resume):
        reason = "the parameters in the checkpoint have other shapes or names: RuntimeError"
        return Outcome("fails", reason, _KEEP_MODEL, "load")
    if key in _FUNCTIONS or (key in _HEADS and "rope" not in _list_modes(change, resume)):
        return Outcome("acts", "the model has the same parameters, and uses them with it")
    return Outcome("unknown", "whether the checkpoint fits the model is not known", _KEEP_MODEL)


def _changes_shapes(name: str, key: str, change: Change, resume: Resume) -> bool:
    """Return whether an argument surely changes the parameters of a model, or their shapes."""
    if name == "SparseStructureFlowModel" and key == "resolution":
        return _list_modes(change, resume) <= {"None", "ape"}
    if name == "SparseStructureFlowModel" and key in ("patch_size", "pe_mode"):
        return True
    args = get_value(resume.new, *change.path[:3])
    has_norm = any(get_value(args, each) for each in ("qk_rms_norm", "qk_rms_norm_cross"))
    is_group = key == "representation_config" and "num_gaussians" in change.path
    return key in _SHAPES or is_group or (key in _HEADS and has_norm)


def _list_modes(change: Change, resume: Resume) -> set[str]:
    """Return the position embeddings of a model, in the old config and the new one."""
    path = (*change.path[:3], "pe_mode")
    return {str(get_value(each, *path)) for each in (resume.old, resume.new)}


def _decide_half(name: str, change: Change, resume: Resume) -> Outcome:
    mode, _ = read_precision(resume, is_new=True)
    converts = resume.behavior.converts if resume.behavior else None
    if mode != "inflat_all" or converts is False:
        return Outcome("acts", "the model is made with it, and then gets the weights")
    if converts is None:
        reason = "whether the trainer converts the models when it loads could not be read"
        return Outcome("unknown", reason, SOURCE)
    reason = (
        "under inflat_all the trainer converts the models when it loads, whatever use_fp16 says"
    )
    if change.new is True and name.endswith("FlowModel"):
        return Outcome("acts", f"{reason}; a flow model needs it then")
    if name.endswith("FlowModel"):
        reason = f"{reason}: mixed dtypes (RuntimeError)"
        return Outcome("fails", reason, "keep use_fp16, or set fp16_mode to null", "step")
    if name.startswith("SparseStructure"):
        return Outcome("ignored", reason, "set fp16_mode to null in a new run")
    return Outcome("unknown", f"{reason}; what this model then does is not known")


def _decide_dataset(change: Change, resume: Resume) -> Outcome:
    unrestored = resume.decide_unrestored("data_sampler")
    if unrestored and unrestored.effect == "unknown":
        return unrestored
    place = resume.locate("data_sampler")
    key = change.path[2] if len(change.path) > 2 else ""  # noqa: PLR2004
    name = str(get_value(resume.new, "dataset", "name"))
    old, new = resume.samples
    is_threshold = key in _FILTERS and key.startswith(("min_", "max_"))
    if is_threshold and old is not None and old == new:  # as many are the same
        return Outcome("ignored", f"the dataset keeps the same {old:,} samples")
    if change.path == ("dataset", "name") or key in _FILTERS:
        if unrestored:
            return Outcome("acts", "the new dataset is read from its start", place=place)
        counts = f" ({old:,} samples before, {new:,} now)" if old and new and old != new else ""
        advice = "if that matters, start a new run"
        return Outcome("silent", f"{_SAMPLER}{counts}", advice, place=place)
    if name in resume.known:
        return Outcome("acts", "the samples are prepared with it from the resumed step on")
    return Outcome("unknown", "whether the dataset keeps other samples is not known")


def _decide_trainer(change: Change, resume: Resume) -> Outcome:
    if {str(change.old), str(change.new)} <= resume.known and resume.behavior:
        return Outcome("acts", "the new trainer's losses are used from the resumed step on")
    return Outcome("unknown", "what the new trainer restores is not known", SOURCE)


def _decide_top(change: Change, resume: Resume) -> Outcome:
    key = change.path[0] if change.path else ""
    is_read = resume.read_keys.get(key)
    if is_read is None:
        return Outcome("unknown", "whether the train script reads this key is not known", SOURCE)
    if not is_read:
        return Outcome("ignored", "the train script does not read this key")
    if key in _TOP:
        return Outcome("silent", *_TOP[key])
    return Outcome("acts", "the train script reads it at each start")
