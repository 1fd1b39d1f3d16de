/** Identifiers of the chat that package.json and the code must agree on. */

export const PARTICIPANT = "strata.chat";

/** Vendor of the language models that Strata offers to VS Code. */
export const VENDOR = "strata";

export const MCP_PROVIDER = "strata.mcp";

export const COMMAND = {
  insertCell: "strata.insertCell",
  replaceCell: "strata.replaceCell",
  acceptProposal: "strata.acceptProposal",
  rejectProposal: "strata.rejectProposal",
  review: "strata.reviewChanges",
  acceptChanges: "strata.acceptChanges",
  rejectChanges: "strata.rejectChanges",
  setApiKey: "strata.setApiKey",
} as const;

/** Scheme of the texts that a chat answer proposes for a cell. */
export const PROPOSAL_SCHEME = "strata-proposal";
