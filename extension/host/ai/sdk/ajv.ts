/** The JSON Schema validator: a bundle of its own, which nothing loads before the first schema. */
export { Ajv } from "ajv";
export { Ajv2020 } from "ajv/dist/2020.js";
