/** JSON Schema by ajv, loaded when the first schema is met. What is wrong is said in sentences a model can act on. */
import type { ErrorObject, Options } from "ajv";
import type { JsonSchema } from "../../core/ai/model.ts";
import { messageOf } from "../../core/thrown.ts";

export type SchemaCheck = (value: unknown) => readonly string[];

const OPTIONS: Options = { allErrors: true, strict: false, validateFormats: false, logger: false };
const MOST = 12;

/** `$schema` says which draft is meant; without it, the newest. */
export async function compileSchema(schema: JsonSchema): Promise<SchemaCheck | { readonly problem: string }> {
  const draft = typeof schema.$schema === "string" ? schema.$schema : "";
  try {
    const { Ajv, Ajv2020 } = await import("./sdk/ajv.ts");
    const old = /draft-0[67]/.test(draft);
    const ajv = old ? new Ajv(OPTIONS) : new Ajv2020(OPTIONS);
    // A dialect that is not known is read as the newest.
    const { $schema: _dialect, ...rest } = schema;
    const validate = ajv.compile(rest);
    return (value) => (validate(value) ? [] : sentences(validate.errors ?? []));
  } catch (error) {
    const why = messageOf(error);
    return { problem: `@output_schema is no JSON Schema: ${why}. Correct it.` };
  }
}

function sentences(errors: readonly ErrorObject[]): readonly string[] {
  const all = errors.map((error) => {
    const where = error.instancePath === "" ? "the answer" : error.instancePath;
    return `${where} ${error.message ?? "is not valid"}${detail(error)}`;
  });
  return all.length <= MOST ? all : [...all.slice(0, MOST), `and ${all.length - MOST} more`];
}

function detail({ keyword, params }: ErrorObject): string {
  if (keyword === "enum") return `: ${JSON.stringify((params as { allowedValues: unknown }).allowedValues)}`;
  if (keyword === "const") return `: ${JSON.stringify((params as { allowedValue: unknown }).allowedValue)}`;
  if (keyword === "additionalProperties") {
    return `: ${JSON.stringify((params as { additionalProperty: unknown }).additionalProperty)}`;
  }
  return "";
}
