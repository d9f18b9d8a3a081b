"""From a table as TOML has it to an instance of its class: every key known, every type right, nothing coerced."""

from __future__ import annotations

import enum
import math
import re
import typing
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final, TypeVar

import attrs
import cattrs
from cattrs.gen import make_dict_structure_fn

from ...errors import did_you_mean, shown

MAX_WHOLE_NUMBER: Final = 1_000_000_000
_T = TypeVar("_T")
_ORDER: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal takes for an order, or what shows a text in another order than it has."""


def structured(table: object, type_: Any) -> Any:
    """A table as an instance of an attrs class; nothing is coerced.

    Raises:
        Exception: With all that is wrong, for :func:`complaints` to read.
    """
    return _converter().structure(table, type_)


def order_in(text: str) -> str:
    """The first control character of a text as it can be printed, or nothing.

    >>> order_in("Fever\\x1b[2J"), order_in("Fever and shivers")
    ('\\\\x1b', '')
    """
    found = _ORDER.search(text)
    return ascii(found[0])[1:-1] if found else ""


def complaints(error: BaseException, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Path, what and hint of everything that is wrong with a table."""
    if isinstance(error, cattrs.BaseValidationError):
        for inner in error.exceptions:
            yield from complaints(inner, path + "".join(_step(note) for note in getattr(inner, "__notes__", ())))
    elif isinstance(error, cattrs.ForbiddenExtraKeysError):
        known = attrs.fields_dict(error.cl) if error.cl else {}
        for key in sorted(error.extra_fields):
            yield path, f"unknown key {shown(key)}", did_you_mean(key, known)
    elif isinstance(error, KeyError):
        yield path, "missing", ""
    else:
        what, hint = error.args if len(error.args) == 2 else (str(error)[:200], "")
        yield path, what, hint


_made: list[cattrs.Converter] = []


def _converter() -> cattrs.Converter:
    if not _made:
        converter = cattrs.Converter(forbid_extra_keys=True)
        converter.register_structure_hook(str, _text)
        converter.register_structure_hook(bool, _bool)
        converter.register_structure_hook(int, _whole)
        converter.register_structure_hook(float, _real)
        converter.register_structure_hook(date, _date)
        converter.register_structure_hook_func(
            lambda t: typing.get_origin(t) is typing.cast(Any, typing.Literal),
            lambda value, t: _one_of(value, typing.get_args(t)),
        )
        converter.register_structure_hook_func(
            lambda t: isinstance(t, type) and issubclass(t, enum.Enum),
            lambda value, t: t(_one_of(value, [member.value for member in t])),
        )
        converter.register_structure_hook_func(lambda t: t is Any, lambda value, _: value)
        converter.register_structure_hook_func(
            lambda t: typing.get_origin(t) is typing.cast(Any, tuple),
            lambda value, t: tuple(_each(_items(value, list), *typing.get_args(t)[:1]).values()),
        )
        converter.register_structure_hook_func(
            lambda t: typing.get_origin(t) is typing.cast(Any, Mapping),
            lambda value, t: _each(_items(value, dict), *typing.get_args(t)[::-1]),
        )
        converter.register_structure_hook_factory(
            attrs.has, lambda class_: _table(make_dict_structure_fn(class_, converter, _cattrs_forbid_extra_keys=True))
        )
        _made.append(converter)
    return _made[0]


def _text(value: object, _: object) -> str:
    if type(value) is not str:
        raise TypeError(f"{shown(value)} is not text")
    if order := order_in(value.replace("\n", " ").replace("\t", " ")):  # it may have lines
        raise ValueError(f"{shown(value)} holds the control character `{order}`", "leave it out")
    return value


def _bool(value: object, _: object) -> bool:
    if type(value) is not bool:
        raise TypeError(f"{shown(value)} is not true or false")
    return value


def _whole(value: object, _: object) -> int:
    if type(value) is not int:
        raise TypeError(f"{shown(value)} is not a whole number")
    if abs(value) > MAX_WHOLE_NUMBER:
        raise ValueError(f"{shown(value)} is too great a number")
    return value


def _real(value: object, _: object) -> float:
    if type(value) is int:
        return _whole(value, int)
    if type(value) is not float or not math.isfinite(value):
        raise TypeError(f"{shown(value)} is not a number")
    return value


def _date(value: object, _: object) -> date:
    if type(value) is not date:
        raise TypeError(f"{shown(value)} is not a date", "write it as 2027-05-01, without quotes")
    return value


def _one_of(value: object, options: Collection[str]) -> str:
    if type(value) is not str or value not in options:
        hint = did_you_mean(value, options) or f"one of {', '.join(options)}"
        raise ValueError(f"{shown(value)} is not one of the options", hint)
    return value


def _items(value: Any, type_: type) -> Iterable[tuple[Any, Any]]:
    """The items of a list, by number, or of a table, by key."""
    if type(value) is not type_:
        raise TypeError(f"{shown(value)} is not a {'list' if type_ is list else 'table'}")
    items: Any = value
    return items.items() if type_ is dict else enumerate(items, 1)


def _each(items: Iterable[tuple[Any, Any]], type_: Any, key_type: Any = Any) -> dict[Any, Any]:
    """All of some items structured, or everything that is wrong with any of them."""
    done: dict[Any, Any] = {}
    errors: list[Exception] = []
    for key, value in items:
        try:
            done[_converter().structure(key, key_type)] = _converter().structure(value, type_)
        except Exception as error:  # noqa: BLE001 - it is reported with the others
            error.add_note(cattrs.IterableValidationNote("", key, object))
            errors.append(error)
    if errors:
        raise cattrs.IterableValidationError("items", errors, dict)
    return done


def _table(structure: Callable[[Any, Any], _T]) -> Callable[[Any, Any], _T]:
    def checked(value: Any, type_: Any) -> _T:
        _items(value, dict)
        return structure(value, type_)

    return checked


def _step(note: object) -> str:
    """One step of the path to a problem: a key, or the number of an item."""
    if isinstance(note, cattrs.AttributeValidationNote):
        return f".{note.name}"
    if isinstance(note, cattrs.IterableValidationNote):
        return f"[{str(note.index)[:40]}]"
    return ""
