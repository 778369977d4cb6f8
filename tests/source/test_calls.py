"""How constructors pass their keywords on, and what is known of the class then."""

from pathlib import Path

import pytest

from tests.source.checkouts import OWN, format_spec, mine, read_mine

UP = "super().__init__(*args, **kwargs)"
MIDDLE = (
    f"class Middle(Trainer):\n    def __init__(self, *args, m=1, **kwargs):\n        {UP}\n\n\n"
)
IN_MIDDLE = MIDDLE + "class Mine(Middle):\n"
HELPER = "\n\ndef helper(d=4, **rest):\n    pass\n"


def construct(call: str, parameters: str = "*args, a=1, **kwargs", decorator: str = "") -> str:
    """Return a class whose constructor makes a call."""
    start = f"{MIDDLE}{decorator}class Mine(Middle):\n"
    return f"{start}    def __init__(self, {parameters}):\n        {call}\n"


CLASSES = {
    "unbound_base": (construct("Middle.__init__(self, *args, **kwargs)"), "a=1 m=1 … | ignored"),
    "unbound_grand_base": (construct("Trainer.__init__(self, *args, **kwargs)"), "a=1 … | ignored"),
    "unbound_unrelated": (
        "class Unrelated:\n    def __init__(self, **kwargs):\n        pass\n\n\n" + construct("Unrelated.__init__(self, **kwargs)"),
        "a=1 | open",
    ),
    "unbound_external": ("import torch\n" + construct("torch.nn.Module.__init__(self, **kwargs)"), "a=1 | open"),
    "unbound_with_any_positionals": (construct("Middle.__init__(self, *self.more, **kwargs)"), "a=1 m=1 models=None dataset=None … | ignored"),
    "unbound_computed": (construct("base().__init__(self, **kwargs)"), "a=1 | open"),
    "unbound_function": (construct("helper.__init__(self, **kwargs)") + HELPER, "a=1 | open"),
    "unbound_inherited_from_elsewhere": ("from elsewhere import X\nclass Half(X):\n    pass\n\n\n" + construct("Half.__init__(self, **kwargs)"), "a=1 | open"),
    "super_of_a_class": (construct("super(Mine, self).__init__(*args, **kwargs)"), "a=1 m=1 … | ignored"),
    "super_of_the_base": (construct("super(Middle, self).__init__(*args, **kwargs)"), "a=1 … | ignored"),
    "super_of_unknown": ("from elsewhere import X\n" + construct("super(X, self).__init__(*args, **kwargs)"), "a=1 | open"),
    "positional_counted": (construct("super().__init__(args[0], args[1], **kwargs)"), "a=1 m=1 … | ignored"),
    "starred_other": (construct("super().__init__(*self.more, **kwargs)"), "a=1 m=1 models=None dataset=None … | ignored"),
    "positional_then_starred": (
        construct("super().__init__(None, *args, **kwargs)"),
        f"a=1 m=1 models=None dataset=None {OWN.replace('!', '=None')} | ignored",
    ),
    "decorated_class": ("def register(name):\n    return lambda cls: cls\n\n\n" + construct(UP, decorator="@register('x')\n"), "a=1 m=1 … | ignored"),
    "decorated_by_what_changes_it": ("def register(cls):\n    cls.__init__ = setup\n    return cls\n\n\n" + construct(UP, decorator="@register\n"), "| open"),
    "decorated_constructor": (IN_MIDDLE + f"    @keep\n    def __init__(self, *args, a=1, **kwargs):\n        {UP}\n", "| open"),
    "constructor_by_assignment": (IN_MIDDLE + "    __init__ = Trainer.setup\n", "| open"),
    "static_method": (IN_MIDDLE + "    @staticmethod\n    def prepare_dataloader(**kwargs):\n        pass\n", "m=1 … | ignored"),
    "attribute_method": (IN_MIDDLE + "    prepare_dataloader = None\n", "m=1 … | open"),
    "conditional_method": (IN_MIDDLE + "    if True:\n        def prepare_dataloader(self, x=1, **kwargs):\n            pass\n", "m=1 … | open"),
    "own_argument_of_a_method": (IN_MIDDLE + "    def prepare_dataloader(self, n=8, **kwargs):\n        pass\n", "m=1 … n=8 | ignored"),
    "method_that_passes_an_argument": (
        MIDDLE.replace("\n\n\n", "\n    def prepare_dataloader(self, n=8, pin=1, **kwargs):\n        pass\n\n\n")
        + "class Mine(Middle):\n    def prepare_dataloader(self, **kwargs):\n        super().prepare_dataloader(n=2, **kwargs)\n",
        "m=1 … pin=1 | ignored",
    ),
    "required_argument_that_is_passed": (
        construct("super().__init__(*args, max_steps=steps, **kwargs)", "*args, steps, **kwargs"),
        "steps! m=1 batch_size_per_gpu=None optimizer={} | ignored",
    ),
    "closed_constructor": (construct("pass", "models, dataset, output_dir, load_dir, step, lr: float = 1e-4"), "lr=0.0001 | rejected"),
    "rejected_under_a_condition": (
        "def strict(d=1):\n    pass\n\n\n" + construct(f"{UP}\n        if self.debug:\n            strict(**kwargs)"),
        "a=1 m=1 … d=1 | unclear",
    ),
    "local_shadow": (construct("Middle = self\n        Middle.__init__(**kwargs)"), "a=1 | open"),
    "local_import": (construct(f"import json as Middle\n        {UP}"), "a=1 m=1 … | ignored"),
    "dynamic_base": (MIDDLE + "class Mine(base()):\n    pass\n", "| open"),
    "generic_base": ("from typing import Generic, TypeVar\nT = TypeVar('T')\n" + MIDDLE + "class Mine(Middle, Generic[T]):\n    pass\n", "m=1 … | ignored"),
    "plain_base_first": ("from abc import ABC\n" + MIDDLE + "class Mine(ABC, Middle):\n    pass\n", "m=1 … | ignored"),
    "mixins_in_their_real_order": (
        MIDDLE + f"class Two(Trainer):\n    def __init__(self, *args, m=2, b=2, **kwargs):\n        {UP}\n\n\nclass Mine(Middle, Two):\n    pass\n",
        "m=1 b=2 … | ignored",
    ),
    "two_classes_of_the_name": (construct(UP) + f"\n\nclass Mine(Mine):\n    def __init__(self, *args, b=2, **kwargs):\n        {UP}\n", "b=2 a=1 m=1 … | ignored"),
    "base_cycle": ("class Mine(Mine):\n    pass\n", "| open"),
    "long_base_cycle": ("class One(Mine):\n    pass\n\n\nclass Mine(One):\n    pass\n\n\nOne = Mine\n", "| open"),
    "impossible_order": (MIDDLE + "class Mine(Trainer, Middle):\n    pass\n", "| open"),
    "dataclass": ("from dataclasses import dataclass\n\n\n@dataclass\nclass Mine(Trainer):\n    a: int = 1\n", "| open"),
    "metaclass": (MIDDLE + "class Meta(type):\n    pass\n\n\nclass Mine(Middle, metaclass=Meta):\n    pass\n", "| open"),
    "abstract_metaclass": ("from abc import ABCMeta\n" + MIDDLE + "class Mine(Middle, metaclass=ABCMeta):\n    pass\n", "m=1 … | ignored"),
    "new_method": (IN_MIDDLE + "    def __new__(cls, *args, **kwargs):\n        return super().__new__(cls)\n", "| open"),
    "literal_choices": (
        "from typing import Literal\nMode = Literal['x', 'y']\n" + construct(UP, "*args, mode: Mode | None = None, role: Literal['p'] = 'p', **kwargs"),
        "mode=None role='p' m=1 … | ignored",
    ),
    "self_call": (construct(f"self.more(**kwargs)\n        {UP}") + "    def more(self, b=2, **rest):\n        pass\n", "a=1 b=2 m=1 … | ignored"),
    "class_call": (
        construct(f"Helper(**kwargs)\n        {UP}") + "\n\nclass Helper:\n    def __init__(self, c=3, **rest):\n        pass\n",
        "a=1 c=3 m=1 … | ignored",
    ),
    "function_by_name": (construct(f"setup = helper\n        setup(**kwargs)\n        {UP}") + HELPER, "a=1 m=1 … | open"),
    "functools_partial": ("from functools import partial\n" + construct(f"self.f = partial(helper, **kwargs)\n        {UP}") + HELPER, "a=1 m=1 … | open"),
    "recursion": (construct(f"self.again(**kwargs)\n        {UP}") + "    def again(self, n=1, **rest):\n        self.again(**rest)\n", "a=1 n=1 m=1 … | ignored"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CLASSES.values(), ids=CLASSES)
def test_a_class(text: str, expected: str, tmp_path: Path) -> None:
    assert format_spec(read_mine(tmp_path, mine(text))) == expected.replace("…", OWN)


LITERALS = {"[1, (2, None)]": [1, [2, None]], "{1: ('x',)}": {"1": ["x"]}, "{1, 2}": None}


@pytest.mark.parametrize(("literal", "expected"), LITERALS.items(), ids=LITERALS)
def test_a_default_as_a_config_would_say_it(literal: str, expected: object, tmp_path: Path) -> None:
    spec = read_mine(tmp_path, mine(construct(UP, f"*args, a={literal}, **kwargs")))
    default = spec and spec.parameters["a"].default
    assert default
    assert default.value == expected


@pytest.mark.parametrize("length", [200, 900])
def test_a_long_default_is_cut(length: int, tmp_path: Path) -> None:
    text = construct(UP, f"*args, a={'+'.join('1' * length)}, **kwargs")
    spec = read_mine(tmp_path, mine(text))
    default = spec and spec.parameters["a"].default
    assert default
    assert default.text.endswith("…")
