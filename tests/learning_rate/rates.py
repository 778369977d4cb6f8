"""Rates at steps, and valid arguments of schedulers."""

from typing import Any

from hypothesis import strategies as st

from trellis_cfg.learning_rate import Rate, rates


def rates_at(rate: Rate, *steps: int) -> list[float]:
    values = rates(rate, steps)
    assert values is not None
    assert len(values) == len(steps)
    return values


PARTS = st.floats(0.01, 1.0)
DECAYS = st.floats(0.5, 1.05)
FEW = st.integers(0, 60)
ARGUMENTS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "LinearWarmupLRScheduler": st.fixed_dictionaries({"warmup_steps": FEW}),
    "CosineAnnealingLR": st.fixed_dictionaries(
        {"T_max": st.integers(1, 60)}, optional={"eta_min": st.floats(-1e-3, 1e-3)}
    ),
    "StepLR": st.fixed_dictionaries({"step_size": st.integers(1, 60)}, optional={"gamma": DECAYS}),
    "MultiStepLR": st.fixed_dictionaries({"milestones": st.lists(FEW)}, optional={"gamma": DECAYS}),
    "ExponentialLR": st.fixed_dictionaries({"gamma": DECAYS}),
    "ConstantLR": st.fixed_dictionaries({}, optional={"factor": PARTS, "total_iters": FEW}),
    "LinearLR": st.fixed_dictionaries(
        {}, optional={"start_factor": PARTS, "end_factor": st.just(0) | PARTS, "total_iters": FEW}
    ),
    "PolynomialLR": st.fixed_dictionaries(
        {}, optional={"total_iters": FEW, "power": st.floats(0.0, 3.0)}
    ),
    "OneCycleLR": st.fixed_dictionaries(
        {"max_lr": st.floats(1e-6, 1.0), "total_steps": st.integers(1, 60)},
        optional={
            "pct_start": st.floats(0.0, 1.0) | st.sampled_from([0.1, 0.25, 0.5, 1.0]),
            "anneal_strategy": st.sampled_from(["cos", "linear"]),
            "three_phase": st.booleans(),
            "div_factor": st.floats(1.0, 50.0),
            "final_div_factor": st.floats(1.0, 1e5),
        },
    ),
}


PARTS_OF_ALL = sorted(ARGUMENTS.keys() - {"OneCycleLR"})
STARTED_ALIKE = sorted(ARGUMENTS.keys() - {"OneCycleLR", "ExponentialLR", "PolynomialLR"})


@st.composite
def draw_warmed_up(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from(STARTED_ALIKE))
    return {
        "warmup_steps": draw(st.integers(1, 60)),
        "main_scheduler_class": name,
        "main_scheduler_kwargs": draw(ARGUMENTS[name]),
    }


@st.composite
def draw_sequence(draw: st.DrawFn) -> dict[str, Any]:
    milestones = sorted(draw(st.sets(st.integers(1, 60), max_size=2)))
    names = [draw(st.sampled_from(PARTS_OF_ALL)) for _ in range(len(milestones) + 1)]
    drawn = [draw(ARGUMENTS[name]) for name in names]
    for args in drawn[1:]:
        if args.get("total_iters") == 0:
            args["total_iters"] = 1
    parts = [{"name": name, "args": args} for name, args in zip(names, drawn, strict=True)]
    return {"schedulers": parts, "milestones": milestones}


ARGUMENTS |= {"WarmupThenScheduler": draw_warmed_up(), "SequentialLR": draw_sequence()}
