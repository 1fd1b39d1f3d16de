/** What a group of tests reports to the runner, whichever process it ran in: one JSON file. */
export interface GroupReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly { readonly title: string; readonly message: string }[];
}

/** A group that never got to report has failed once, for the reason given. */
export function failedReport(title: string, message: string): GroupReport {
  return { passed: 0, failed: 1, skipped: 0, failures: [{ title, message }] };
}
