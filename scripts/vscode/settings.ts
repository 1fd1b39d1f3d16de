/** Settings of a VS Code that shows nothing but the work: no welcome page, no tips, no telemetry, nothing asked of the network. */
export const quietSettings: Readonly<Record<string, unknown>> = {
  "telemetry.telemetryLevel": "off",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "update.mode": "none",
  "update.showReleaseNotes": false,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "git.openRepositoryInParentFolders": "never",
  "git.autofetch": false,
  "npm.fetchOnlinePackageInfo": false,
};
