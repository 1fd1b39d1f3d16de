/** Two names for one object, and who has to know of it. */
import { check } from "./check.ts";

describe("parts of a value", function () {
  this.timeout(60_000);

  check("a part under a name of its own leaves those who only read the whole alone", {
    jobs: 2,
    cells: {
      whole: "m = {'x': [1], 'y': [2]}",
      part: "best = m['x']",
      reader: "print(sum(m['y']))",
      user: "print(best)",
    },
    steps: [
      { ran: ["whole", "part", "reader", "user"] },
      { ran: [] },
      { edit: { part: "best = m['y']" }, ran: ["part", "user"], prints: { user: "[2]\n" } },
      { edit: { part: "best = m['x']" }, ran: [] },
    ],
  });

  check("a change of the part is a change of the whole", {
    jobs: 2,
    cells: {
      whole: "m = {'x': [1], 'y': [2]}",
      part: "best = m['x']",
      again: "other = m['x']",
      change: "best.append(9)",
      show: "print(m, best, other, m['x'] is best is other)",
    },
    steps: [
      {
        ran: ["whole", "part", "again", "change", "show"],
        prints: { show: "{'x': [1, 9], 'y': [2]} [1, 9] [1, 9] True\n" },
      },
      { ran: [] },
      { edit: { part: "best = m['y']" }, ran: ["part", "again", "change", "show"] },
    ],
  });

  check("a part that has yet to be made, and is changed by a third cell", {
    jobs: 2,
    cells: {
      whole: "m = {'x': [1], 'y': [2]}",
      part: "best = m['x']",
      same: "top = best",
      change: "top[0] = 9",
      show: "print(sum(m['x']))",
      other: "print(0)",
    },
    steps: [
      { ran: ["whole", "part", "same", "change", "show", "other"], prints: { show: "9\n" } },
      { ran: [] },
      // With the part stale, so is what reads the whole: it may be changed through it.
      {
        edit: { part: "best = m['y']", other: "print(1)" },
        target: { kind: "cells", cells: ["other"] },
        ran: ["other"],
      },
      { ran: ["part", "same", "change", "show"], prints: { show: "1\n" } },
    ],
  });
});
