/**
 * The words by which a statement's text is taken to set up a library. The guest judges by the same ones what a statement
 * did that it cannot see (replays.py has them too, and a test compares the two): what the planner does not name is not
 * looked at in the guest, so a word that stood there alone would never be heard.
 */
const words = (text: string): readonly string[] => text.split(" ");

/** What sets a library up is called so, or begins so: `set_options`, `unregister`, `reinstall`. */
export const SETTING_VERBS = words(
  "set reset restore enable disable register use configure activate install patch apply override",
);
/** What is called exactly so. */
export const SETTING_NAMES = words(
  "init_printing init_notebook_mode initjs add_type config extension pickle constructor field_size_limit pandas setup",
);
/** Methods that change the container they belong to. */
export const CHANGING = words(
  "append extend insert add update remove pop clear setdefault discard popitem appendleft sort reverse",
);
/** How a statement begins that changes a database which a library keeps for everybody. */
export const DATABASE_VERBS = words("create insert update delete drop alter set pragma load use attach");

/** Settings of these are followed by themselves, or are the process's own. */
export const FOLLOWED: ReadonlySet<string> = new Set(
  words(
    "os posix nt sys warnings random numpy matplotlib seaborn decimal locale logging sklearn torch signal threading builtins",
  ),
);
