/** Python's `input()` and `getpass()` as an input box. Escape is end of file, as Ctrl-D is in a terminal. */
import * as vscode from "vscode";

export async function askInput(
  prompt: string,
  password: boolean,
  token: vscode.CancellationToken,
): Promise<string | undefined> {
  return await vscode.window.showInputBox(
    {
      title: password ? "The notebook asks for a secret" : "The notebook asks for input",
      prompt: prompt.trim() || "Enter continues, Escape ends the input",
      password,
      ignoreFocusOut: true,
    },
    token,
  );
}
