/**
 * The lifetime of rendered outputs, once for all renderers: a view per output item, disposed when VS Code says so,
 * when the item is rendered again, or when its rendering was cancelled half-way.
 */
import type { OutputItem, RendererApi } from "vscode-notebook-renderer";

export interface View {
  dispose(): void;
}

export type Render = (item: OutputItem, element: HTMLElement, signal: AbortSignal) => View | Promise<View>;

export function outputs(render: Render): RendererApi {
  const views = new Map<string, { element: HTMLElement; view: View | undefined }>();

  function drop(id: string): void {
    const entry = views.get(id);
    views.delete(id);
    entry?.view?.dispose();
    entry?.element.replaceChildren();
  }

  return {
    async renderOutputItem(item, element, signal) {
      drop(item.id);
      for (const [id, entry] of views) if (entry.element === element) drop(id);
      const entry: { element: HTMLElement; view: View | undefined } = { element, view: undefined };
      views.set(item.id, entry);
      let view: View;
      try {
        view = await render(item, element, signal);
      } catch (error) {
        view = complaint(element, item.mime, error);
      }
      if (signal.aborted || views.get(item.id) !== entry) view.dispose();
      else entry.view = view;
    },
    disposeOutputItem(id) {
      for (const each of id === undefined ? [...views.keys()] : [id]) drop(each);
    },
  };
}

/** A payload that cannot be shown says so in its place, instead of leaving a blank output. */
function complaint(element: HTMLElement, mime: string, error: unknown): View {
  const line = document.createElement("div");
  line.className = "strata-complaint";
  line.setAttribute("role", "alert");
  line.textContent = `This ${mime} output cannot be shown: ${error instanceof Error ? error.message : String(error)}`;
  element.replaceChildren(line);
  return { dispose: () => line.remove() };
}
