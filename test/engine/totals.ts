/** How much was played, over many histories. */
import type { Played } from "./play.ts";

export const NOTHING_PLAYED: Played = { histories: 0, steps: 0, ran: 0, failed: 0, cached: 0, compared: 0, scripts: 0 };

export function add(one: Played, other: Played): Played {
  const names = Object.keys(one) as (keyof Played)[];
  return Object.fromEntries(names.map((name) => [name, one[name] + other[name]])) as unknown as Played;
}

export function told(played: Played): string {
  const { histories, steps, ran, failed, cached, compared, scripts } = played;
  return `${histories} histories, ${steps} steps: ${ran} cells ran, ${failed} failed, ${cached} were reused; ${compared} results compared with ${scripts} scripts`;
}
