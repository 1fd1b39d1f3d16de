"""Marks a result as one sample of many when the user's own code draws from the system's randomness.

Libraries draw from it for their own purposes (temporary names, hash salts) without the result depending on it, so only
calls made by the notebook's code count. Functions of modules that the user never loads are not touched.
"""

import functools
import sys
from typing import Any, Callable

from .importwatch import watch

_DRAWING = {
    "uuid": ("uuid1", "uuid4"),
    "secrets": ("token_bytes", "token_hex", "token_urlsafe", "randbelow", "randbits", "choice"),
}


def watch_entropy(note: Callable[[], None], is_own: Callable[[Any], bool]) -> None:
    """`is_own` tells whether a frame is the notebook's code."""

    def noting(function: Callable[..., Any], module: str, counts: Callable[..., bool]) -> Callable[..., Any]:
        @functools.wraps(function)
        def called(*args: Any, **kwargs: Any) -> Any:
            if counts(*args, **kwargs) and is_own(sys._getframe(1)):
                note()
            return function(*args, **kwargs)

        # So that a pickle refers to it by the name under which it is found.
        called.__module__ = module
        called.__qualname__ = called.__name__
        return called

    def wrap(name: str, functions: tuple[str, ...]) -> Callable[[Any], None]:
        def hook(module: Any) -> None:
            for function in functions:
                setattr(module, function, noting(getattr(module, function), name, lambda *_args, **_kwargs: True))

        return hook

    def unseeded(seed: Any = None) -> bool:
        return seed is None

    def numpy_random(module: Any) -> None:
        module.default_rng = noting(module.default_rng, "numpy.random", unseeded)

    hooks = {name: wrap(name, functions) for name, functions in _DRAWING.items()}
    watch({**hooks, "numpy.random": numpy_random})
