/**
 * Does a cell reach the network, as far as its text tells? An agent asks before it runs such a cell. It is a question of
 * courtesy and of secrets, not a sandbox: a program can hide what it does, which docs/agent.md says.
 */
import type { CellAnalysis } from "../analysis/model.ts";
import type { CellLanguage } from "../notebook/model.ts";

/** Modules whose purpose is to speak to other machines, or to start programs that may. */
const MODULES = new Set(
  "requests httpx aiohttp urllib urllib2 urllib3 http socket ssl ftplib smtplib imaplib poplib telnetlib xmlrpc websocket websockets paramiko boto3 botocore s3fs gcsfs adlfs fsspec google azure openai anthropic mistralai huggingface_hub datasets transformers kaggle kagglehub gdown wget pycurl selenium playwright scrapy feedparser yfinance psycopg psycopg2 pymysql pymongo redis snowflake subprocess pip".split(
    " ",
  ),
);

const ADDRESS = /\b(?:https?|ftp|s3|gs|gcs|abfs|az|wss?|ssh):\/\/[^\s"')]+/i;
const PROGRAM = /\b(?:os\.(?:system|popen|exec\w*|spawn\w*)|__import__|importlib|exec\(|eval\()/;
/** scikit-learn's own loaders of large data sets download them. */
const FETCH = /\bfetch_\w+/;

/** What in the cell suggests it, in words; undefined when nothing does. */
export function reachesNetwork(
  language: CellLanguage,
  source: string,
  analysis: CellAnalysis | undefined,
): string | undefined {
  if (language === "prompt") return "it sends a prompt to a language model";
  if (language === "sql") return "it asks a database";
  if (language !== "python") return undefined;
  const imported = [
    ...(analysis?.imports.map(({ module }) => module) ?? []),
    ...[...source.matchAll(/^[ \t]*(?:from|import)[ \t]+([\w.]+)/gm)].map((match) => match[1] ?? ""),
  ];
  const found = imported.map((module) => module.split(".")[0] ?? "").find((module) => MODULES.has(module));
  if (found !== undefined) return `it imports ${found}`;
  const address = ADDRESS.exec(source)?.[0];
  if (address !== undefined) return `it names ${address.length > 80 ? `${address.slice(0, 79)}…` : address}`;
  const fetch = FETCH.exec(source)?.[0];
  if (fetch !== undefined) return `it calls ${fetch}`;
  const program = PROGRAM.exec(source)?.[0];
  if (program !== undefined) return `it uses ${program}`;
  const shell = analysis?.magics.find((magic) => magic.kind === "shell");
  return shell === undefined ? undefined : `it runs ${shell.text}`;
}
