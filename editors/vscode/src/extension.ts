import { isAbsolute, join } from "node:path";
import { type ExtensionContext, commands, window, workspace } from "vscode";
import { LanguageClient, type LanguageClientOptions } from "vscode-languageclient/node";

const NAME = "trellis-cfg";
let client: LanguageClient | undefined;

/** Start the server, and again whenever its command changes. */
export async function activate(context: ExtensionContext): Promise<void> {
    context.subscriptions.push(
        commands.registerCommand(`${NAME}.restart`, restart),
        workspace.onDidChangeConfiguration(async (event) => {
            if (event.affectsConfiguration(`${NAME}.command`)) {
                await restart();
            }
        }),
    );
    await start();
}

export async function deactivate(): Promise<void> {
    await client?.dispose();
    client = undefined;
}

async function restart(): Promise<void> {
    await deactivate();
    await start();
}

async function start(): Promise<void> {
    const [command, ...args] = readCommand();
    const options: LanguageClientOptions = {
        documentSelector: [
            { language: "json", scheme: "file" },
            { language: "json", scheme: "untitled" },
        ],
    };
    client = new LanguageClient(NAME, NAME, { command, args }, options);
    try {
        await client.start();
    } catch (error) {
        await window.showErrorMessage(
            `${command} cannot be started: install it with pip install 'trellis-cfg[lsp]', or set ` +
                `${NAME}.command. ${error}`,
        );
    }
}

/** Return the command of the settings; a relative path is one below the first folder. */
function readCommand(): [string, ...string[]] {
    const [first, ...rest] = workspace.getConfiguration(NAME).get<string[]>("command", []);
    const command = first ?? NAME;
    const folder = workspace.workspaceFolders?.[0]?.uri.fsPath;
    const isBelow = folder !== undefined && !isAbsolute(command) && /[\\/]/.test(command);
    return [isBelow ? join(folder, command) : command, ...(first === undefined ? ["server"] : rest)];
}
