/** How large a picture is drawn: to fit, or at a scale. Pure. */
export type Zoom = { readonly kind: "fit" } | { readonly kind: "scale"; readonly scale: number };

export const FIT: Zoom = { kind: "fit" };
const SMALLEST = 0.05;
const LARGEST = 40;

/** One step in or out, from what is drawn now. */
export function step(current: number, steps: number): Zoom {
  const scale = Math.min(LARGEST, Math.max(SMALLEST, current * 1.25 ** steps));
  // Passing the true size on the way stops there: it is the one size at which pixels are sharp.
  const passes = (current < 0.999 && scale > 1.001) || (current > 1.001 && scale < 0.999);
  return { kind: "scale", scale: passes ? 1 : scale };
}

/** Between fitting and true size. */
export function toggle(zoom: Zoom, fitScale: number): Zoom {
  if (zoom.kind === "scale") return FIT;
  return { kind: "scale", scale: fitScale > 0.995 && fitScale < 1.005 ? 2 : 1 };
}

/** Scroll offset that keeps the picture's point under the pointer in place. */
export function keepPoint(offset: number, pointer: number, before: number, after: number): number {
  return Math.max(0, ((offset + pointer) * after) / before - pointer);
}
