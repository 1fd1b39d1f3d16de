/** Which environment variables hold secrets, by name; their values are never written into notebook.toml. */

const SECRET_WORDS: ReadonlySet<string> = new Set(["KEY", "SECRET", "TOKEN", "PASSWORD", "CREDENTIAL"]);

/** Does the name, upper-cased and split at underscores, have a word that says "secret"? */
export function isSecretName(name: string): boolean {
  return name
    .toUpperCase()
    .split("_")
    .some((word) => SECRET_WORDS.has(word));
}

/** The table as it may be written: a secret's key is kept with "", which means "to be supplied at run time". */
export function withoutSecrets(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, isSecretName(name) ? "" : value]));
}
