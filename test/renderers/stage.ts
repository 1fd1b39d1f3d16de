/**
 * The part of a notebook web view that renderers meet, run inside the test page: it loads a renderer, hands it
 * output items and the real messaging shape, and records what it posts.
 */
import type { ActivationFunction, OutputItem, RendererApi } from "vscode-notebook-renderer";

export interface StageItem {
  readonly id: string;
  readonly mime: string;
  readonly text?: string;
  readonly base64?: string;
}

export interface StageOptions {
  /** Without it the renderer has no messaging, as in a workspace where the extension does not run. */
  readonly messaging?: boolean;
  readonly trusted?: boolean;
}

declare global {
  interface Window {
    /** Answers in Node: base64 of the rows, or a sentence after "error:". */
    answerRows(digest: string, from: number, to: number): Promise<string>;
    stage: Stage;
  }
}

export interface Stage {
  load(renderer: string, options?: StageOptions): Promise<void>;
  render(renderer: string, item: StageItem, into?: string): Promise<void>;
  dispose(renderer: string, id?: string): void;
  /** All that renderers posted, in order. */
  readonly posted: Record<string, unknown>[];
  /** While true, replies wait in `held`. */
  hold: boolean;
  readonly held: unknown[];
  deliver(message: unknown): void;
  state: unknown;
}

const apis = new Map<string, RendererApi>();
const listeners = new Set<(message: unknown) => void>();

const stage: Stage = {
  posted: [],
  hold: false,
  held: [],
  state: undefined,
  async load(renderer, options = {}) {
    const { activate } = (await import(`/renderers/${renderer}.js`)) as { activate: ActivationFunction };
    const messaging = options.messaging ?? true;
    const api = await activate({
      setState(value) {
        stage.state = structuredClone(value);
      },
      getState: () => stage.state,
      getRenderer: async () => undefined,
      workspace: { isTrusted: options.trusted ?? true },
      ...(messaging && {
        postMessage: receive,
        onDidReceiveMessage: (listener: (message: unknown) => void) => {
          listeners.add(listener);
          return { dispose: () => listeners.delete(listener) };
        },
      }),
    });
    if (api) apis.set(renderer, api);
  },
  async render(renderer, item, into = item.id) {
    let element = document.getElementById(into);
    if (!element) {
      element = document.createElement("div");
      element.id = into;
      element.className = "output";
      document.getElementById("container")?.append(element);
    }
    await apis.get(renderer)?.renderOutputItem(outputItem(item), element, new AbortController().signal);
  },
  dispose: (renderer, id) => apis.get(renderer)?.disposeOutputItem?.(id),
  deliver(message) {
    // The channel of the extension host is JSON.
    for (const listener of listeners) listener(JSON.parse(JSON.stringify(message)));
  },
};

function receive(message: unknown): void {
  const request = message as Record<string, unknown>;
  stage.posted.push(request);
  if (request.type !== "rows") return;
  const { digest, from, to } = request as { digest: string; from: number; to: number };
  void window.answerRows(digest, from, to).then((answer) => {
    const reply = answer.startsWith("error:")
      ? { type: "rows", request: request.request, error: answer.slice(6) }
      : { type: "rows", request: request.request, digest, from, to, bytes: answer };
    if (stage.hold) stage.held.push(reply);
    else stage.deliver(reply);
  });
}

function outputItem(item: StageItem): OutputItem {
  const bytes =
    item.base64 === undefined
      ? new TextEncoder().encode(item.text ?? "")
      : Uint8Array.from(atob(item.base64), (character) => character.charCodeAt(0));
  return {
    id: item.id,
    mime: item.mime,
    metadata: {},
    data: () => bytes,
    text: () => new TextDecoder().decode(bytes),
    json: () => JSON.parse(new TextDecoder().decode(bytes)),
    blob: () => new Blob([bytes], { type: item.mime }),
  };
}

window.stage = stage;
