"""How constructors hand their keywords on: through which class, and what is known of it then."""

from pathlib import Path

import pytest

from tests.source.checkouts import read, said, write
from tests.source.test_spellings import OWN, mine

MIDDLE = "class Middle(Trainer):\n    def __init__(self, *args, m=1, **kwargs):\n        super().__init__(*args, **kwargs)\n\n\n"


def constructed(
    call: str, params: str = "*args, a=1, **kwargs", base: str = "Middle", deco: str = ""
) -> str:
    return (
        MIDDLE + f"{deco}class Mine({base}):\n    def __init__(self, {params}):\n        {call}\n"
    )


CLASSES = {
    "unbound_base": constructed("Middle.__init__(self, *args, **kwargs)"),
    "unbound_grand_base": constructed("Trainer.__init__(self, *args, **kwargs)"),
    "unbound_stranger": "class Stranger:\n    def __init__(self, **kwargs):\n        pass\n\n\n"
    + constructed("Stranger.__init__(self, **kwargs)"),
    "unbound_external": "import torch\n" + constructed("torch.nn.Module.__init__(self, **kwargs)"),
    "super_of_a_class": constructed("super(Mine, self).__init__(*args, **kwargs)"),
    "super_of_the_base": constructed("super(Middle, self).__init__(*args, **kwargs)"),
    "super_of_unknown": "from elsewhere import X\n"
    + constructed("super(X, self).__init__(*args, **kwargs)"),
    "positional_counted": constructed("super().__init__(args[0], args[1], **kwargs)"),
    "starred_other": constructed("super().__init__(*self.more, **kwargs)"),
    "positional_then_starred": constructed("super().__init__(None, *args, **kwargs)"),
    "decorated_class": "def register(name):\n    return lambda cls: cls\n\n\n"
    + constructed("super().__init__(*args, **kwargs)", deco="@register('x')\n"),
    "decorated_constructor": MIDDLE
    + "def keep(f):\n    return f\n\n\nclass Mine(Middle):\n    @keep\n    def __init__(self, *args, a=1, **kwargs):\n        super().__init__(*args, **kwargs)\n",
    "static_method": MIDDLE
    + "class Mine(Middle):\n    @staticmethod\n    def prepare_dataloader(**kwargs):\n        pass\n",
    "attribute_method": MIDDLE + "class Mine(Middle):\n    prepare_dataloader = None\n",
    "conditional_method": MIDDLE
    + "class Mine(Middle):\n    if True:\n        def prepare_dataloader(self, x=1, **kwargs):\n            pass\n",
    "local_shadow": constructed("Middle = self\n        Middle.__init__(**kwargs)"),
    "local_import": constructed("import json as Middle\n        super().__init__(*args, **kwargs)"),
    "dynamic_base": MIDDLE + "def base():\n    return Middle\n\n\nclass Mine(base()):\n    pass\n",
    "generic_base": "from typing import Generic, TypeVar\nT = TypeVar('T')\n"
    + MIDDLE
    + "class Mine(Middle, Generic[T]):\n    pass\n",
    "base_cycle": "class Mine(Mine):\n    pass\n",
    "impossible_order": MIDDLE + "class Mine(Trainer, Middle):\n    pass\n",
    "dataclass": "from dataclasses import dataclass\n\n\n@dataclass\nclass Mine(Trainer):\n    a: int = 1\n",
    "metaclass": MIDDLE
    + "class Meta(type):\n    pass\n\n\nclass Mine(Middle, metaclass=Meta):\n    pass\n",
    "new_method": MIDDLE
    + "class Mine(Middle):\n    def __new__(cls, *args, **kwargs):\n        return super().__new__(cls)\n",
    "literal_choices": "from typing import Literal\nMode = Literal['x', 'y']\n"
    + constructed(
        "super().__init__(*args, **kwargs)",
        params="*args, mode: Mode | None = None, kind: Literal['p'] = 'p', **kwargs",
    ),
    "long_default": constructed(
        "super().__init__(*args, **kwargs)",
        params="*args, a=" + "+".join(["1"] * 200) + ", **kwargs",
    ),
    "self_call": constructed("self.more(**kwargs)\n        super().__init__(*args, **kwargs)")
    + "    def more(self, b=2, **rest):\n        pass\n",
    "class_call": constructed("Helper(**kwargs)\n        super().__init__(*args, **kwargs)")
    + "\n\nclass Helper:\n    def __init__(self, c=3, **rest):\n        pass\n",
    "function_by_name": constructed(
        "setup = helper\n        setup(**kwargs)\n        super().__init__(*args, **kwargs)"
    )
    + "\n\ndef helper(d=4, **rest):\n    pass\n",
    "functools_partial": "from functools import partial\n"
    + constructed("self.f = partial(helper, **kwargs)\n        super().__init__(*args, **kwargs)")
    + "\n\ndef helper(d=4, **rest):\n    pass\n",
    "recursion": constructed("self.again(**kwargs)\n        super().__init__(*args, **kwargs)")
    + "    def again(self, n=1, **rest):\n        self.again(**rest)\n",
}

READ = {
    "unbound_base": "a=1 m=1 … | swallowed",
    "unbound_grand_base": "a=1 … | swallowed",
    "unbound_stranger": "a=1 | open",
    "unbound_external": "a=1 | open",
    "super_of_a_class": "a=1 m=1 … | swallowed",
    "super_of_the_base": "a=1 … | swallowed",
    "super_of_unknown": "a=1 | open",
    "positional_counted": "a=1 m=1 … | swallowed",
    "starred_other": "a=1 m=1 models=None dataset=None … | swallowed",
    "positional_then_starred": "a=1 m=1 models=None dataset=None max_steps=None batch_size_per_gpu=None optimizer={} | swallowed",
    "decorated_class": "a=1 m=1 … | swallowed",
    "decorated_constructor": "| open",
    "static_method": "m=1 … | swallowed",
    "attribute_method": "m=1 … | open",
    "conditional_method": "m=1 … | open",
    "local_shadow": "a=1 | open",
    "local_import": "a=1 m=1 … | swallowed",
    "dynamic_base": "| open",
    "generic_base": "m=1 … | swallowed",
    "base_cycle": "| open",
    "impossible_order": "| open",
    "dataclass": "| open",
    "metaclass": "| open",
    "new_method": "| open",
    "literal_choices": "mode=None kind='p' m=1 … | swallowed",
    "self_call": "a=1 b=2 m=1 … | swallowed",
    "class_call": "a=1 c=3 m=1 … | swallowed",
    "function_by_name": "a=1 m=1 … | open",
    "functools_partial": "a=1 m=1 … | open",
    "recursion": "a=1 n=1 m=1 … | swallowed",
}


@pytest.mark.parametrize("name", READ)
def test_a_class(name: str, tmp_path: Path) -> None:
    found = read(write(tmp_path, mine(CLASSES[name]))).sections["trainer"].classes["Mine"]
    assert said(found) == READ[name].replace("…", OWN)


def test_a_long_default_is_cut(tmp_path: Path) -> None:
    found = read(write(tmp_path, mine(CLASSES["long_default"]))).sections["trainer"].classes["Mine"]
    assert found
    assert (found.parameters["a"].default or "").endswith("…")
