import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { PRIVATE_MIME } from "../../../extension/core/outputs/private-mime.ts";
import { publicMime } from "../../../renderers/shared/mime.ts";

const manifest = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));
const contributed: readonly string[] = manifest.contributes.notebookRenderer.flatMap(
  (renderer: { mimeTypes: string[] }) => renderer.mimeTypes,
);

describe("private MIME types", () => {
  for (const [mime, own] of Object.entries(PRIVATE_MIME)) {
    it(`${mime} has one that a renderer of ours shows, and it leads back`, () => {
      assert.ok(contributed.includes(own), own);
      assert.equal(publicMime(own), mime);
    });
  }

  it("leave every other type alone", () => {
    assert.equal(PRIVATE_MIME["text/plain"], undefined);
    assert.equal(publicMime("application/vnd.strata.table+json"), "application/vnd.strata.table+json");
  });

  it("no renderer of ours claims a type that other notebooks use", () => {
    assert.deepEqual(
      contributed.filter((mime) => !mime.startsWith("application/vnd.strata.")),
      [],
    );
  });
});
