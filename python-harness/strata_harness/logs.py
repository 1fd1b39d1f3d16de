"""How logging is set up, as plain data: what `logging.basicConfig` and its like do, for the cells below.

Followed are the root logger and loggers that are not a library's, with their levels and their handlers that write to
the standard streams or to a file. A handler of another kind, or with filters, ends with its cell.
"""

import sys
from typing import Any, Optional

from .hidden import Hidden


def take(logging: Any, base: Any) -> Any:
    root = logging.getLogger()
    loggers = {
        name: (logger.level, logger.propagate, logger.disabled, _handlers(logging, logger))
        for name, logger in sorted(root.manager.loggerDict.items())
        if isinstance(logger, logging.Logger)
        and _own(name, base)
        and (logger.level or not logger.propagate or _handlers(logging, logger))
    }
    return {
        "level": root.level,
        "handlers": _handlers(logging, root),
        "disable": root.manager.disable,
        "loggers": loggers,
    }


def put(logging: Any, state: Any, base: Any) -> None:
    root = logging.getLogger()
    root.setLevel(state["level"])
    logging.disable(state["disable"])
    _give(logging, root, state["handlers"])
    for name, (level, propagate, disabled, *handlers) in state["loggers"].items():
        logger = logging.getLogger(name)
        logger.setLevel(level)
        logger.propagate, logger.disabled = propagate, disabled
        _give(logging, logger, *handlers)


def _handlers(logging: Any, logger: Any) -> list[Any]:
    return [found for found in (_describe(logging, handler) for handler in logger.handlers) if found is not None]


def _give(logging: Any, logger: Any, handlers: Any = ()) -> None:
    for handler in list(logger.handlers):
        if _describe(logging, handler) is not None:
            logger.removeHandler(handler)
    for described in handlers:
        logger.addHandler(_make(logging, described))


def _own(name: str, base: Any) -> bool:
    """Libraries name their loggers after their modules, which may be in memory before the cell has imported them."""
    top = name.partition(".")[0]
    if any(isinstance(finder, Hidden) and top in finder.modules for finder in sys.meta_path):
        return False
    module = sys.modules.get(top)
    file = getattr(module, "__file__", None)
    return module is None or name == "__main__" or (isinstance(file, str) and file.startswith(base.folder))


def _describe(logging: Any, handler: Any) -> Optional[dict[str, Any]]:
    if type(handler) is logging.FileHandler:
        target: Any = ("file", handler.baseFilename, handler.encoding)
    elif type(handler) is logging.StreamHandler:
        if handler.stream in (sys.stderr, sys.__stderr__):
            target = ("stderr", "", None)
        elif handler.stream in (sys.stdout, sys.__stdout__):
            target = ("stdout", "", None)
        else:
            return None
    else:
        return None
    if handler.filters:
        return None
    formatter = handler.formatter
    if formatter is not None and type(formatter) is not logging.Formatter:
        return None
    style = None
    if formatter is not None:
        styles = {kind: mark for mark, (kind, _) in logging._STYLES.items()}
        style = (formatter._fmt, formatter.datefmt, styles.get(type(formatter._style), "%"))
    return {"target": target, "level": handler.level, "style": style}


def _make(logging: Any, described: dict[str, Any]) -> Any:
    kind, path, encoding = described["target"]
    handler = (
        logging.FileHandler(path, "a", encoding)
        if kind == "file"
        else logging.StreamHandler(sys.stderr if kind == "stderr" else sys.stdout)
    )
    handler.setLevel(described["level"])
    if described["style"] is not None:
        text, dates, style = described["style"]
        handler.setFormatter(logging.Formatter(text, dates, style))
    return handler
