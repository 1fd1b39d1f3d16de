/**
 * Bundles the renderers in memory, serves them to a page under the strictest policy that VS Code's notebook view has,
 * and opens that page in a browser.
 */
import { mkdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "./browser.ts";
import { THEMES, type ThemeName } from "./themes.ts";

export type AnswerRows = (digest: string, from: number, to: number) => Uint8Array | string;

export interface Theatre {
  /** A page in that theme with the stage ready; `answer` serves rows, text is an error. */
  open(theme: ThemeName, answer?: AnswerRows): Promise<Page>;
  /** Minified size of each renderer's own file and of the shared ones. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Addresses that pages asked for outside this server. */
  readonly strays: string[];
  close(): Promise<void>;
}

const ROOT = new URL("../../", import.meta.url);
export const SCREENSHOTS = new URL("test-output/renderers/", ROOT).pathname;

export async function raiseTheatre(): Promise<Theatre> {
  await mkdir(SCREENSHOTS, { recursive: true });
  const files = await bundle();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const script = files.get(url.pathname);
    if (script !== undefined) response.setHeader("content-type", "text/javascript").end(script);
    else if (url.pathname === "/")
      response.setHeader("content-type", "text/html").end(html(url.searchParams.get("theme") as ThemeName));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const browser: Browser = await launchBrowser();
  const strays: string[] = [];

  return {
    strays,
    sizes: Object.fromEntries(
      [...files]
        .filter(([path]) => path !== "/stage.js")
        .map(([path, text]) => [path.slice("/renderers/".length), text.length]),
    ),
    async open(theme, answer = () => "nothing is stored") {
      const context = await browser.newContext({
        viewport: { width: 900, height: 640 },
        permissions: ["clipboard-read", "clipboard-write"],
      });
      const page = await context.newPage();
      page.on("request", (request) => {
        if (!/^(data|blob|about):/.test(request.url()) && !request.url().startsWith(origin)) strays.push(request.url());
      });
      await page.exposeFunction("answerRows", (digest: string, from: number, to: number) => {
        const rows = answer(digest, from, to);
        return typeof rows === "string" ? `error:${rows}` : Buffer.from(rows).toString("base64");
      });
      await page.goto(`${origin}/?theme=${theme}`);
      await page.waitForFunction(() => window.stage !== undefined);
      return page;
    },
    async close() {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bundle(): Promise<Map<string, string>> {
  const manifest = JSON.parse(await readFile(new URL("renderers/manifest.json", ROOT), "utf8")) as {
    id: string;
    entrypoint: string;
  }[];
  const common = {
    absWorkingDir: ROOT.pathname,
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2023",
    write: false,
    minify: true,
  } as const;
  const renderers = await build({
    ...common,
    entryPoints: manifest.map(({ id, entrypoint }) => ({ in: entrypoint, out: id })),
    outdir: "/renderers",
    splitting: true,
  });
  const stage = await build({ ...common, entryPoints: ["test/renderers/stage.ts"], outfile: "/stage.js" });
  return new Map([...renderers.outputFiles, ...stage.outputFiles].map((file) => [file.path, file.text]));
}

function html(theme: ThemeName): string {
  const { className, colors } = THEMES[theme];
  const variables = Object.entries({
    ...colors,
    "font-family": "system-ui, 'DejaVu Sans', sans-serif",
    "font-size": "13px",
    "editor-font-family": "'DejaVu Sans Mono', monospace",
    "editor-font-size": "13px",
  });
  return `<!doctype html><html lang="en" style="${variables.map(([name, value]) => `--vscode-${name}: ${value};`).join(" ")}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' https: http: data: blob:; font-src 'self' https:; connect-src https:; child-src https: data:;">
<style>body { margin: 0; padding: 12px; background: var(--vscode-editor-background); color: var(--vscode-foreground); font: 13px var(--vscode-font-family); }
.output { padding: 8px; }</style></head>
<body class="${className}"><div id="container"></div><script type="module" src="/stage.js"></script></body></html>`;
}
