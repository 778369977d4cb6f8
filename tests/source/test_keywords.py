"""What becomes of a keyword dictionary: what is read is told, what may be is not known."""

from pathlib import Path

import pytest

from tests.source.checkouts import read, said, write
from tests.source.test_spellings import OWN, mine

BODIES = {
    "copy_renamed": ("own = kwargs\nself.a = own['a']", "… a! | swallowed"),
    "copy_method": ("own = kwargs.copy()\nself.a = own.pop('a', 1)", "… a~ | swallowed"),
    "dict_copy_more": (
        "own = dict(kwargs, b=1)\nself.a = own['a']\nself.b = own['b']",
        "… b~ a! | swallowed",
    ),
    "dict_of_spread": ("own = dict(**kwargs)\nself.a = own.get('a')", "… a~ | swallowed"),
    "display_copy": (
        "own = {**kwargs, 'b': 2}\nself.a = own['a']\nself.b = own['b']",
        "… b~ a! | swallowed",
    ),
    "display_unknown_key": ("own = {**kwargs, self.x: 2}\nself.a = own['a']", "… | open"),
    "two_spreads": ("own = {**kwargs, **self.more}", "… | open"),
    "deleted": ("del kwargs['a']", "… a! | swallowed"),
    "deleted_dynamic": ("for key in self.keys:\n    del kwargs[key]", "… | open"),
    "deleted_other": ("del self.x", "… | swallowed"),
    "stored": ("kwargs['a'] = 1\nself.a = kwargs['a']", "… a~ | swallowed"),
    "stored_dynamic": ("kwargs[self.k] = 1", "… | open"),
    "loop_constants": (
        "for key in ('a', 'b'):\n    setattr(self, key, kwargs[key])",
        "… a! b! | swallowed",
    ),
    "loop_mixed": ("for key in ('a', 1):\n    setattr(self, key, kwargs[key])", "… | open"),
    "assert_none_left": ("self.a = kwargs.pop('a', 1)\nassert not kwargs", "… a~ | refused"),
    "assert_len": ("self.a = kwargs.pop('a', 1)\nassert len(kwargs) == 0", "… a~ | refused"),
    "if_left_raise": (
        "self.a = kwargs.pop('a', 1)\nif len(kwargs) > 0:\n    raise TypeError(kwargs)",
        "… a~ | refused",
    ),
    "if_kwargs_raise": ("if kwargs:\n    raise TypeError('no')", "… | refused"),
    "if_left_warn": (
        "if kwargs:\n    print(kwargs)\nelse:\n    self.a = kwargs.get('a')",
        "… a~ | swallowed",
    ),
    "if_bool_left": ("if bool(kwargs):\n    raise TypeError('no')", "… | refused"),
    "with_block": ("with open(kwargs['a']) as f:\n    self.b = kwargs['b']", "… a! b! | swallowed"),
    "try_block": (
        "try:\n    self.a = kwargs['a']\nexcept KeyError:\n    self.b = kwargs['b']",
        "… a~ b~ | swallowed",
    ),
    "if_exp": ("self.a = kwargs['a'] if 'a' in kwargs else kwargs.get('b')", "… a~ b~ | swallowed"),
    "bool_op": ("self.a = 'a' in kwargs and kwargs['a']", "… a~ | swallowed"),
    "or_default": ("self.a = kwargs or {}", "… | open"),
    "comprehension": ("self.a = [kwargs['a'] for _ in range(3)]", "… a~ | swallowed"),
    "in_dynamic": ("self.a = self.k in kwargs", "… | open"),
    "items_escape": ("for k, v in kwargs.items():\n    setattr(self, k, v)", "… | open"),
    "locals": ("self.a = locals()", "… | open"),
    "vars_self": ("self.a = vars(self)\nself.b = kwargs['b']", "… b! | swallowed"),
    "print_only": ("print(kwargs, kwargs.get('a'))", "… a~ | swallowed"),
    "setdefault": ("kwargs.setdefault('a', 1)\nself.a = kwargs['a']", "… a~ | swallowed"),
    "update_literal": ("kwargs.update({'a': 1}, b=2)\nself.a = kwargs['a']", "… b~ a~ | swallowed"),
    "update_unknown": ("kwargs.update(self.more)\nself.a = kwargs['a']", "… a~ | swallowed"),
    "nested_function": ("def inner():\n    return kwargs['a']\nself.f = inner", "… a~ | swallowed"),
    "nested_hides": ("def inner(kwargs):\n    return kwargs['a']\nself.f = inner", "… | swallowed"),
    "lambda": ("self.f = lambda: kwargs.get('a')", "… a~ | swallowed"),
    "early_return": ("if self.x:\n    return\nself.a = kwargs['a']", "… a~ | swallowed"),
    "passed_twice": ("self.one(**kwargs)\nself.two(**{**kwargs, 'c': 1})", "… c~ | open"),
    "match_statement": (
        "match self.x:\n    case 1:\n        self.a = kwargs['a']",
        "… a~ | swallowed",
    ),
    "while_loop": ("while self.x:\n    self.a = kwargs['a']", "… a~ | swallowed"),
    "stored_away": ("self.kwargs = kwargs", "… | open"),
    "get_default_use": ("self.a = kwargs.get('a', kwargs.get('b'))", "… a~ b~ | swallowed"),
    "pop_conditional": ("if self.x:\n    self.a = kwargs.pop('a')", "… a~ | swallowed"),
    "a_class_inside": ("class Inner:\n    a = kwargs.get('a')", "… a~ | swallowed"),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body(name: str, tmp_path: Path) -> None:
    body, expected = BODIES[name]
    lines = "".join(f"        {line}\n" for line in body.split("\n"))
    text = f"class Mine(Trainer):\n    def init_models_and_more(self, **kwargs):\n{lines}"
    found = read(write(tmp_path, mine(text))).sections["trainer"].classes["Mine"]
    assert said(found) == expected.replace("…", OWN)
