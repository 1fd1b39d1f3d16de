/** What we use of OpenAI's SDK: a bundle of its own, which nothing loads before the first request. */
export { APIConnectionError, APIConnectionTimeoutError, OpenAI } from "openai";
