/** Signatures of what the index holds: HMAC-SHA256, about two microseconds each. */
import { createHmac, type KeyObject, timingSafeEqual } from "node:crypto";
import type { Signer } from "../../core/store/signed.ts";
import type { StoreKeys } from "./keys.ts";

export function createSigner({ signing, accepted }: StoreKeys): Signer {
  return {
    sign: (context, text) => macOf(signing, context, text).toString("hex"),
    accepts(context, { text, signature }) {
      const given = Buffer.from(signature, "hex");
      return accepted.some((key) => {
        const wanted = macOf(key, context, text);
        return given.length === wanted.length && timingSafeEqual(given, wanted);
      });
    },
  };
}

/** The context has no line feed: `JSON.stringify` writes them as two characters. */
function macOf(key: KeyObject, context: string, text: string): Buffer {
  return createHmac("sha256", key).update(`${context}\n`).update(text).digest();
}
