/** Pictures: fitted to the width, zoomed and moved with keys, wheel and pointer, saved to a file. */
import type { ActivationFunction } from "vscode-notebook-renderer";
import { button, element } from "../shared/element.ts";
import { publicMime } from "../shared/mime.ts";
import { outputs, type View } from "../shared/outputs.ts";
import { installStyles } from "../shared/styles.ts";
import { FIT, keepPoint, step, toggle, type Zoom } from "./zoom.ts";

const STYLES = `
.strata-image { position: relative; display: inline-block; max-width: 100%; vertical-align: top; }
.strata-image .stage { max-width: 100%; max-height: 720px; overflow: auto; border-radius: 3px; outline: none; line-height: 0; }
.strata-image .stage.fit { overflow: hidden; max-height: none; }
.strata-image img { display: block; max-width: none; border-radius: 3px; }
.vscode-high-contrast .strata-image .stage { border: 1px solid var(--strata-line); }
.strata-image .stage.fit img { max-width: 100%; height: auto; }
.strata-image .stage.scaled { cursor: grab; }
.strata-image .stage.moving { cursor: grabbing; }
.strata-image .stage:focus-visible { outline: 1px solid var(--strata-focus); outline-offset: 1px; }
.strata-image .strata-bar { position: absolute; top: 4px; right: 4px; opacity: 0; pointer-events: none; line-height: 18px; }
.strata-image:hover .strata-bar, .strata-image:focus-within .strata-bar { opacity: 1; pointer-events: auto; }
@media (prefers-reduced-motion: no-preference) { .strata-image .strata-bar { transition: opacity 0.1s; } }
.strata-image img.sharp { image-rendering: pixelated; }
`;

const EXTENSIONS: Readonly<Record<string, string>> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/svg+xml": "svg",
};

export const activate: ActivationFunction = () => {
  installStyles(STYLES);
  return outputs((item, host) => {
    const alt = (item.metadata as { alt?: unknown } | null | undefined)?.alt;
    return showImage(
      host,
      new Blob([item.data() as Uint8Array<ArrayBuffer>], { type: publicMime(item.mime) }),
      publicMime(item.mime),
      typeof alt === "string" ? alt : undefined,
    );
  });
};

async function showImage(host: HTMLElement, blob: Blob, mime: string, alt: string | undefined): Promise<View> {
  // In an img no script of an SVG runs and nothing outside is loaded.
  const url = URL.createObjectURL(blob);
  const image = element("img", { attributes: { alt: alt ?? "Image output", draggable: "false" } });
  const stage = element("div", {
    class: "stage fit",
    attributes: { tabindex: "0", role: "group", "aria-label": alt ?? "Image output" },
    children: [image],
  });
  const size = button("Actual Size", "Switch between fitting and actual size (Enter)", () =>
    show(toggle(zoom, drawnScale())),
  );
  const bar = element("div", {
    class: "strata-bar",
    attributes: { role: "toolbar", "aria-label": "Image" },
    children: [
      button("−", "Zoom out (-)", () => show(step(drawnScale(), -1))),
      button("+", "Zoom in (+)", () => show(step(drawnScale(), 1))),
      size,
      button("Save…", "Save the picture to a file", save),
    ],
  });
  const root = element("div", { class: "strata strata-image", children: [stage, bar] });
  host.replaceChildren(root);
  let zoom: Zoom = FIT;

  const loaded = new Promise<void>((resolve) => {
    image.addEventListener("load", () => {
      const { naturalWidth: width, naturalHeight: height } = image;
      stage.setAttribute(
        "aria-label",
        `${alt ?? "Image"}, ${width} × ${height}. Enter switches between fitting and actual size, plus and minus zoom.`,
      );
      resolve();
    });
    image.addEventListener("error", () => {
      if (!image.src.startsWith("blob:")) {
        root.replaceChildren(
          element("div", {
            class: "strata-complaint",
            text: `This ${mime} output is not a picture that can be shown.`,
          }),
        );
        resolve();
      } else void dataUrl(blob).then((data) => (image.src = data)); // A policy without blob: addresses.
    });
  });
  image.src = url;

  function drawnScale(): number {
    return image.naturalWidth > 0 ? image.getBoundingClientRect().width / image.naturalWidth : 1;
  }

  function show(next: Zoom, at?: { x: number; y: number }): void {
    const before = drawnScale();
    zoom = next;
    const scaled = next.kind === "scale";
    stage.classList.toggle("fit", !scaled);
    stage.classList.toggle("scaled", scaled);
    size.textContent = scaled ? "Fit" : "Actual Size";
    if (!scaled) {
      image.style.width = "";
      return;
    }
    const left = stage.scrollLeft;
    const top = stage.scrollTop;
    image.style.width = `${image.naturalWidth * next.scale}px`;
    image.classList.toggle("sharp", next.scale >= 3);
    const point = at ?? { x: stage.clientWidth / 2, y: stage.clientHeight / 2 };
    stage.scrollLeft = keepPoint(left, point.x, before, next.scale);
    stage.scrollTop = keepPoint(top, point.y, before, next.scale);
  }

  function save(): void {
    // VS Code turns a click on a link to data into its own save dialog.
    const link = element("a", { attributes: { href: url, download: `figure.${EXTENSIONS[mime] ?? "bin"}` } });
    root.append(link);
    link.click();
    link.remove();
  }

  stage.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") show(toggle(zoom, drawnScale()));
    else if (event.key === "+" || event.key === "=") show(step(drawnScale(), 1));
    else if (event.key === "-") show(step(drawnScale(), -1));
    else if (event.key === "0" || (event.key === "Escape" && zoom.kind === "scale")) show(FIT);
    else if (event.key.startsWith("Arrow") && zoom.kind === "scale") {
      stage.scrollBy(
        event.key === "ArrowLeft" ? -40 : event.key === "ArrowRight" ? 40 : 0,
        event.key === "ArrowUp" ? -40 : event.key === "ArrowDown" ? 40 : 0,
      );
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });

  stage.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      event.stopPropagation();
      const box = stage.getBoundingClientRect();
      show(step(drawnScale(), event.deltaY < 0 ? 1 : -1), { x: event.clientX - box.left, y: event.clientY - box.top });
    },
    { passive: false },
  );

  let moved = false;
  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    moved = false;
    if (zoom.kind === "fit") return;
    const start = { x: event.clientX, y: event.clientY, left: stage.scrollLeft, top: stage.scrollTop };
    const move = (now: PointerEvent) => {
      if (Math.abs(now.clientX - start.x) + Math.abs(now.clientY - start.y) < 3) return;
      moved = true;
      stage.classList.add("moving");
      stage.scrollTo(start.left - now.clientX + start.x, start.top - now.clientY + start.y);
    };
    const end = () => {
      stage.classList.remove("moving");
      stage.removeEventListener("pointermove", move);
    };
    stage.setPointerCapture(event.pointerId);
    stage.addEventListener("pointermove", move);
    stage.addEventListener("pointerup", end, { once: true });
    stage.addEventListener("pointercancel", end, { once: true });
  });
  image.addEventListener("click", () => moved || show(toggle(zoom, drawnScale())));

  // The notebook measures an output's height when rendering ends, so that ends with the picture's arrival.
  await loaded;
  return {
    dispose() {
      URL.revokeObjectURL(url);
      root.remove();
    },
  };
}

function dataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(String(reader.result)));
    reader.readAsDataURL(blob);
  });
}
