/** Are two values equal in all that they hold? For plain data, maps included; quick where parts are the same objects. */
export function sameData(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, at) => sameData(item, b[at]));
  }
  if (a instanceof Map) {
    if (!(b instanceof Map) || a.size !== b.size) return false;
    // In this order: whoever goes through them sees it.
    const others = b.entries();
    for (const entry of a) if (!sameData(entry, others.next().value)) return false;
    return true;
  }
  if (!isPlain(a) || !isPlain(b)) return false;
  const [keys, others] = [Object.keys(a), Object.keys(b)];
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  return (
    keys.length === others.length && keys.every((key) => Object.hasOwn(right, key) && sameData(left[key], right[key]))
  );
}

function isPlain(value: object): boolean {
  const kind: unknown = Object.getPrototypeOf(value);
  return kind === Object.prototype || kind === null;
}
