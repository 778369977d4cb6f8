"""What a function does with its keyword dictionary: which keys it reads, and which it may."""

from pathlib import Path

import pytest

from tests.source.checkouts import OWN, format_spec, mine, read_mine

BODIES = {
    "copy_renamed": ("own = kwargs\nself.a = own['a']", "… a! | ignored"),
    "copy_method": ("own = kwargs.copy()\nself.a = own.pop('a', 1)", "… a~ | ignored"),
    "dict_copy_more": ("own = dict(kwargs, b=1)\nself.a = own['a']\nself.b = own['b']", "… b~ a! | ignored"),
    "dict_of_spread": ("own = dict(**kwargs)\nself.a = own.get('a')", "… a~ | ignored"),
    "display_copy": ("own = {**kwargs, 'b': 2}\nself.a = own['a']\nself.b = own['b']", "… b~ a! | ignored"),
    "display_unknown_key": ("own = {**kwargs, self.x: 2}\nself.a = own['a']", "… | open"),
    "two_spreads": ("own = {**kwargs, **self.more}", "… | open"),
    "deleted": ("del kwargs['a']", "… a! | ignored"),
    "deleted_dynamic": ("for key in self.keys:\n    del kwargs[key]", "… | open"),
    "deleted_other": ("del self.x", "… | ignored"),
    "stored": ("kwargs['a'] = 1\nself.a = kwargs['a']", "… a~ | ignored"),
    "stored_dynamic": ("kwargs[self.k] = 1", "… | open"),
    "loop_constants": ("for key in ('a', 'b'):\n    setattr(self, key, kwargs[key])", "… a! b! | ignored"),
    "loop_mixed": ("for key in ('a', 1):\n    setattr(self, key, kwargs[key])", "… | open"),
    "assert_none_left": ("self.a = kwargs.pop('a', 1)\nassert not kwargs", "… a~ | rejected"),
    "assert_len": ("self.a = kwargs.pop('a', 1)\nassert len(kwargs) == 0", "… a~ | rejected"),
    "if_left_raise": ("self.a = kwargs.pop('a', 1)\nif len(kwargs) > 0:\n    raise TypeError(kwargs)", "… a~ | rejected"),
    "if_kwargs_raise": ("if kwargs:\n    raise TypeError('no')", "… | rejected"),
    "if_left_warn": ("if kwargs:\n    print(kwargs)\nelse:\n    self.a = kwargs.get('a')", "… a~ | ignored"),
    "if_bool_left": ("if bool(kwargs):\n    raise TypeError('no')", "… | rejected"),
    "with_block": ("with open(kwargs['a']) as f:\n    self.b = kwargs['b']", "… a! b! | ignored"),
    "try_block": ("try:\n    self.a = kwargs['a']\nexcept KeyError:\n    self.b = kwargs['b']", "… a~ b~ | ignored"),
    "if_exp": ("self.a = kwargs['a'] if 'a' in kwargs else kwargs.get('b')", "… a~ b~ | ignored"),
    "if_exp_left": ("self.a = 1 if kwargs else 0", "… | ignored"),
    "bool_op": ("self.a = 'a' in kwargs and kwargs['a']", "… a~ | ignored"),
    "or_default": ("self.a = kwargs or {}", "… | open"),
    "comprehension": ("self.a = [kwargs['a'] for _ in range(3)]", "… a~ | ignored"),
    "in_dynamic": ("self.a = self.k in kwargs", "… | open"),
    "items_escape": ("for k, v in kwargs.items():\n    setattr(self, k, v)", "… | open"),
    "locals": ("self.a = locals()", "… | open"),
    "vars_self": ("self.a = vars(self)\nself.b = kwargs['b']", "… b! | ignored"),
    "print_only": ("print(kwargs, kwargs.get('a'))", "… a~ | ignored"),
    "setdefault": ("kwargs.setdefault('a', 1)\nself.a = kwargs['a']", "… a~ | ignored"),
    "update_literal": ("kwargs.update({'a': 1}, b=2)\nself.a = kwargs['a']", "… b~ a~ | ignored"),
    "update_unknown": ("kwargs.update(self.more)\nself.a = kwargs['a']", "… a~ | ignored"),
    "nested_function": ("def inner():\n    return kwargs['a']\nself.f = inner", "… a~ | ignored"),
    "nested_hides": ("def inner(kwargs):\n    return kwargs['a']\nself.f = inner", "… | ignored"),
    "return_of_a_nested_function": (
        "def inner():\n    return kwargs.get('b')\nself.a = kwargs['a']",
        "… b~ a! | ignored",
    ),
    "lambda": ("self.f = lambda: kwargs.get('a')", "… a~ | ignored"),
    "early_return": ("if self.x:\n    return\nself.a = kwargs['a']", "… a~ | ignored"),
    "passed_twice": ("self.one(**kwargs)\nself.two(**{**kwargs, 'c': 1})", "… c~ | open"),
    "match_statement": ("match self.x:\n    case 1:\n        self.a = kwargs['a']", "… a~ | ignored"),
    "while_loop": ("while self.x:\n    self.a = kwargs['a']", "… a~ | ignored"),
    "stored_away": ("self.kwargs = kwargs", "… | open"),
    "get_default_use": ("self.a = kwargs.get('a', kwargs.get('b'))", "… a~ b~ | ignored"),
    "pop_conditional": ("if self.x:\n    self.a = kwargs.pop('a')", "… a~ | ignored"),
    "pop_without_default": ("self.b = kwargs.pop('b')", "… b! | ignored"),
    "formatted": ("print(f'more: {kwargs}', len(kwargs))", "… | ignored"),
    "passed_to_another_package": ("DataLoader(self, **kwargs)", "… | open"),
    "passed_to_an_attribute": ("self.network(**kwargs)", "… | open"),
    "computed_key": ("kwargs.get(self.key)", "… | open"),
    "put_into_a_list": ("stored = [kwargs]", "… | open"),
    "made_a_set": ("unknown = set(kwargs) - {'a'}", "… | open"),
    "made_a_list": ("list(kwargs).index('a')", "… | open"),
    "made_another_dictionary": ("EasyDict(kwargs)", "… | open"),
    "returned_later": ("self.later = lambda: kwargs", "… | open"),
    "a_class_inside": ("class Inner:\n    a = kwargs.get('a')", "… a~ | ignored"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), BODIES.values(), ids=BODIES)
def test_a_body(body: str, expected: str, tmp_path: Path) -> None:
    lines = "".join(f"        {line}\n" for line in body.split("\n"))
    text = f"class Mine(Trainer):\n    def init_models_and_more(self, **kwargs):\n{lines}"
    files = mine(f"from torch.utils.data import DataLoader\n\n{text}")
    assert format_spec(read_mine(tmp_path, files)) == expected.replace("…", OWN)
