"""RFC 8259, production by production: valid, invalid, and left open (FREE_...)."""

import json

import pytest

from trellis_cfg.document.document import Document
from trellis_cfg.errors import InvalidDocument

ACCEPTED = [
    # structure
    *(b"{}", b"[]", b'"root"', b"42", b"null", b"true", b"false", b"\t\n\r {} \t\n\r"),
    *(b"{\r\n}\r\n", b"[ \t\r\n ]", b'{ "a"\n:\r1\t, "b" : 2 }', b"[ 1\n,\r2\t]"),
    *(b'{"a":1,"b":[2]}', b"[null,true,false]", b'{"":0}', b'{"a":{"a":{"a":1}}}'),
    *(b'{"a":1,"A":2}', b'{"null":null}', b"[[],[[]],{}]", b'[1,"1",[1],{"1":1}]'),
    *(b'[{"a":[{"b":[]}]}]',),
    # numbers
    *(b"0", b"-0", b"-7", b"10203", b"0.5", b"-0.0", b"1.50", b"0.007", b"1e3", b"1E3"),
    *(b"1e+3", b"1E-3", b"1e03", b"0e0", b"-1.25e+2", b"9007199254740993"),
    *(b"-9223372036854775809",),
    # strings
    *(b'""', rb'"\"\\\/\b\f\n\r\t"', rb'"\u0041\u4e2d"', rb'"\u00e9\u00E9"'),
    *(rb'"\ud83d\ude00"', rb'"\uD83D\uDE00"', rb'"\udbff\udfff"', rb'"\\ud800"', rb'"\u0022"'),
    *(rb'"\u005cn"', rb'{"\u0061":1}', b'"/"', b'"\'"', b'"\x7f"', '"\u0080"'.encode()),
    *('"\u2028\u2029"'.encode(), '"é中😀"'.encode(), '{"键":"值"}'.encode(), '"\ufeff"'.encode()),
    *('"\uffff"'.encode(), '"\U0010ffff"'.encode(), b'"[1, // {]"'),
]
REFUSED = [
    # around the root
    *(b"", b" \t\r\n", b"{} {}", b"1 2", b"{}x", b"{},", b"{}}", b"{}\x00", b"\x0b{}"),
    *(b"\x0c{}", "\u00a0{}".encode(), "{\u3000}".encode(), "{}\u2028".encode()),
    *("[\ufeff]".encode(),),
    # comments
    *(b"// c\n{}", b"{/* c */}", b"[1] # c"),
    # literals
    *(b"nul", b"nulll", b"[True]", b"[NULL]", b"[none]", b"[undefined]", b"[yes]", b"[NaN]"),
    *(b"[-NaN]", b"[Infinity]", b"[-Infinity]", b"[+Infinity]", b"[inf]"),
    # numbers
    *(b"[+1]", b"[--1]", b"[-]", b"-", b"[- 1]", b"[01]", b"[-01]", b"[00]", b"[.5]", b"[-.5]"),
    *(b"[5.]", b"[5.e1]", b"[1.2.3]", b"[1e]", b"[1e+]", b"[1e+-2]", b"[1e2e3]", b"[1e2.5]"),
    *(b"[e5]", b"[0x1F]", b"[1_000]", b"[1 000]", b"[10px]", "[１]".encode(), "[−1]".encode()),
    # strings
    *(b"['a']", "[“a”]".encode(), b"[`a`]", b'"abc', b'"', b'"abc\\"', b'["a"b"]', b'"a\x00b"'),
    *(b'"a\tb"', b'"a\nb"', b'"a\rb"', b'"a\x1fb"'),
    # escapes
    *(rb'"\a"', rb'"\x41"', rb'"\'"', b'"\\\n"', rb'"\U00000041"', rb'"\u"', rb'"\u12"'),
    *(rb'"\u12G4"', rb'"\u+123"', rb'"\u 123"', rb'"\u{41}"', b'"\\'),
    # UTF-8
    *(b'"\xff"', b'"\x80"', b'"\xe4\xb8"', b'"\xe4\xb8', b'"\xc0\xaf"', b'"\xe0\x80\xaf"'),
    *(b'"\xf0\x80\x80\xaf"', b'"\xed\xa0\xbd\xed\xb8\x80"', b'"\xed\xb0\x80"'),
    *(b'"\xf4\x90\x80\x80"', b'"\xf8\x88\x80\x80\x80"', b'{"\xe9":1}', b"[1]\xa0"),
    # arrays
    *(b"[", b"[1", b"]", b"[1}", b"[1,]", b"[,1]", b"[1,,2]", b"[,]", b"[1 2]", b"[1;2]"),
    *(b'["a":1]',),
    # objects
    *(b"{", b'{"a"', b'{"a":', b'{"a":1', b'{"a":1,', b"}", b'{"a":1]', b'{"a":1,}'),
    *(b'{,"a":1}', b'{"a":1,,"b":2}', b'{"a":1 "b":2}', b'{"a" 1}', b'{"a"::1}', b'{"a"=1}'),
    *(b'{"a"}', b'{"a":}', b"{:1}", b"{a:1}", b"{1:1}", b"{null:1}", b"{[]:1}"),
    # encodings
    *('{"a":1}'.encode("utf-16"), b"\xfe\xff\x00{\x00}", "{}".encode("utf-16-le")),
    *("{}".encode("utf-16-be"), "{}".encode("utf-32"), "{}".encode("utf-32-le")),
    *("{}".encode("utf-32-be"), b"\xef\xbb\xbf", b"\xef\xbb{}", b"\xef\xbb\xbf" * 2 + b"{}"),
    *(b" \xef\xbb\xbf{}", b"{}\xef\xbb\xbf"),
]
FREE_ACCEPTED = [
    pytest.param(b"1e400", float("inf"), id="overflow"),
    pytest.param(b"-1e400", float("-inf"), id="negative_overflow"),
    pytest.param(b"1e" + b"9" * 5_000, float("inf"), id="5000_digits_of_exponent"),
    pytest.param(b"1e-400", 0.0, id="underflow"),
    pytest.param(b"0." + b"1" * 5_000, 0.1111111111111111, id="5000_digits_of_fraction"),
    pytest.param(b"0.1000000000000000055511151231257827", 0.1, id="more_digits_than_a_double"),
    pytest.param(b"9" * 4_300, 10**4_300 - 1, id="4300_digits"),
    pytest.param(b"-" + b"9" * 4_299, 1 - 10**4_299, id="minus_and_4299_digits"),
    pytest.param(b"\xef\xbb\xbf{}", {}, id="byte_order_mark"),
    pytest.param(b'{"a":1,"a":2}', {"a": 2}, id="duplicate_key"),
    pytest.param(rb'{"a":1,"\u0061":1}', {"a": 1}, id="duplicate_key_in_two_spellings"),
    pytest.param(rb'"\u0000"', "\x00", id="escaped_nul"),
    pytest.param(rb'{"\u0000":0}', {"\x00": 0}, id="escaped_nul_in_a_key"),
    pytest.param(rb'"\uffff\ufdd0"', "\uffff\ufdd0", id="escaped_noncharacters"),
]

FREE_REFUSED = [
    pytest.param(b"9" * 4_301, "4,300 digits", id="4301_digits"),
    pytest.param(b"[" + b"9" * 5_000 + b"]", "4,300 digits", id="5000_digits"),
    pytest.param(b"[" * 201 + b"0" + b"]" * 201, "200 levels", id="a_value_below_201_levels"),
    pytest.param(b"[" * 100_000, "200 levels", id="100000_brackets"),
    pytest.param(b'{"a":' * 300 + b"0" + b"}" * 300, "200 levels", id="300_objects"),
    pytest.param(rb'"\ud800"', "surrogate", id="leading_surrogate_alone"),
    pytest.param(rb'"\udc00"', "surrogate", id="trailing_surrogate_alone"),
    pytest.param(rb'"\udc00\ud800"', "surrogate", id="surrogates_in_reverse"),
    pytest.param(rb'"\ud800\ud800"', "surrogate", id="two_leading_surrogates"),
    pytest.param(rb'"\ud800\u0041"', "surrogate", id="surrogate_before_another_escape"),
    pytest.param(rb'"\ud800\n"', "surrogate", id="surrogate_before_a_short_escape"),
    pytest.param(rb'"\ud800abc"', "surrogate", id="surrogate_before_text"),
    pytest.param(rb'{"\ud800":0}', "surrogate", id="surrogate_in_a_key"),
]


@pytest.mark.parametrize("data", ACCEPTED)
def test_json_is_read_as_python_does(data: bytes) -> None:
    assert repr(Document(data).value) == repr(json.loads(data))


@pytest.mark.parametrize(("data", "value"), FREE_ACCEPTED)
def test_what_the_standard_leaves_open(data: bytes, value: object) -> None:
    assert repr(Document(data).value) == repr(value)


@pytest.mark.parametrize("data", REFUSED)
def test_invalid_json_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidDocument) as caught:
        Document(data)
    assert caught.value.code in {"TC001", "TC002", "TC004"}


@pytest.mark.parametrize(("data", "reason"), FREE_REFUSED)
def test_json_beyond_our_limits_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(InvalidDocument, match=reason):
        Document(data)
