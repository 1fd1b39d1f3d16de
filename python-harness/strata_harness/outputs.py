"""What a cell leaves behind: the variables it bound or changed, stored in groups that share memory."""

import types
from typing import Any

from . import revive
from .definitions import Definitions
from .inputs import Inputs
from .pickling import Dump, Reference, dump
from .sharing import groups, links
from .store import Content, NotStored, value_pieces
from .summary import immutable, summary, type_name

_VERIFY_UP_TO = 1 << 18

# What Python gives a module, and makes again in every cell.
_GIVEN = {*vars(types.ModuleType("")), "__annotations__", "__annotate__", "__conditional_annotations__"}
_GIVEN |= {"__builtins__", "__cached__", "__file__", "__warningregistry__"}


def collect(
    names: dict[str, Any],
    inputs: Inputs,
    stored: set[str],
    own_imports: set[str],
    own: dict[str, str],
    definitions: Definitions,
    content: Content,
    states: dict[str, Any],
    states_changed: set[str],
    ready: dict[str, Dump],
) -> tuple[dict[str, Any], dict[str, str], dict[str, str]]:
    """(the part of a result message about variables, digests of the states, why states cannot be stored).

    `stored`: names the text binds; `own`: name -> hash of its defs; `states`: of modules, stored with what shares
    memory with them.
    """
    wanted: set[str] = set()
    for name, value in list(names.items()):
        if not isinstance(name, str) or name in _GIVEN:
            continue
        rebound = name not in inputs.objects or inputs.objects[name] is not value
        if name in own_imports and (rebound or name in stored):
            continue
        if name in own and definitions.made(own[name]) is value and definitions.delta(own[name]) is None:
            continue
        if rebound or name in stored:
            wanted.add(name)

    dumps: dict[str, Dump] = {}
    unstorable: list[dict[str, str]] = []
    changed: set[str] = set()
    same: set[str] = set()

    def take(name: str) -> bool:
        value = names[name]
        if name == "_" and not immutable(value) and not isinstance(value, (type, types.FunctionType)):
            # Mostly what is not wanted, and it may be large: `_ = ax.hist(…)`.
            reason = "_ stands for what nobody wants; give it another name"
            unstorable.append({"name": name, "type": type_name(value), "reason": reason})
            return False
        try:
            taken = dump({name: value}, definitions, names)
            if taken.unsure and len(taken.stream) <= _VERIFY_UP_TO:
                revive.trial(taken.stream, [bytes(buffer) for buffer in taken.buffers])
            dumps[name] = taken
            return True
        except Exception as error:
            place = definitions.place_of(value)
            if place is not None:
                # A lock or a connection that a module of the user's own holds: wherever that is loaded, it has one.
                dumps[name] = dump({name: Reference(place)}, definitions, names)
                return True
            unstorable.append({"name": name, "type": type_name(value), "reason": _reason(error)})
            return False

    for name in sorted(wanted):
        take(name)
    for name, before in sorted(inputs.baselines.items()):
        if name in wanted or name not in names:
            continue
        if before is None or not take(name) or not before.same(dumps[name]):
            changed.add(name)
        else:
            same.add(name)

    values = []
    used: set[str] = set()
    digests: dict[str, str] = {}
    lost: dict[str, str] = {}
    everything = {**names, **states} if states else names
    for name, state in states.items():
        try:
            dumps[name] = ready[name] if name in ready else dump({name: state}, definitions, names)
        except Exception as error:
            if name in states_changed:
                lost[name] = _reason(error)
    for group in groups(dumps):
        if not any(name in wanted or name in changed or name in states_changed for name in group):
            continue
        changed.update(name for name in group if name not in wanted and name not in states)
        try:
            value, met = _store(group, same, everything, dumps, definitions, content)
        except NotStored:
            # No result: one that says that the value cannot be handed on would be believed when there is room again.
            raise
        except Exception as error:
            for name in group:
                if name in states:
                    lost[name] = _reason(error)
                else:
                    unstorable.append({"name": name, "type": type_name(names[name]), "reason": _reason(error)})
            continue
        used |= met
        digests.update((name, value["digest"]) for name in group if name in states)
        values.append(value)
    result = {
        "values": values,
        "unstorable": unstorable,
        "changed": sorted(changed),
        "deleted": sorted(name for name in inputs.objects if name not in names),
        "definitions": definitions.closure(sorted(used)),
    }
    return result, digests, lost


def _store(
    group: list[str],
    same: set[str],
    names: dict[str, Any],
    dumps: dict[str, Dump],
    definitions: Definitions,
    content: Content,
) -> tuple[dict[str, Any], set[str]]:
    linked = links([dumps[name] for name in group])
    if len(group) == 1 and not linked:
        taken = dumps[group[0]]
    else:
        taken = dump({name: names[name] for name in group}, definitions, names, linked)
    digest, size = content.put_pieces(value_pieces(taken.stream, taken.buffers))
    variables = [
        {
            "name": name,
            "type": type_name(names[name]),
            # The state of functions and classes of modules is the module's.
            "immutable": immutable(names[name]) or definitions.part_of(names[name]) is not None,
            "summary": summary(names[name]),
            "unchanged": name in same,
        }
        for name in group
    ]
    value = {
        "digest": digest,
        "bytes": size,
        "variables": variables,
        "needs": sorted(taken.needs),
        "definitions": sorted(taken.definitions),
    }
    return value, taken.definitions


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply to be stored"
    if isinstance(error, MemoryError):
        return "there is not enough memory to store it"
    text = str(error).strip().split("\n")[0]
    return text or type(error).__name__
