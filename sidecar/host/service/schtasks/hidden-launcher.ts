/**
 * The script that runs a batch file without a window and starts it again after a failure: `gateway.vbs`. It holds no path, so
 * that nothing in it can be misread: it works in the folder it lies in, on the batch file of its own name.
 */

import { win32 } from "node:path";
import { quoted, SetupError } from "../../../../shared/errors.ts";
import { advice } from "../../../../shared/remedy.ts";

/** Pause after a failure, and how many starts within how long are too many; as in the systemd unit. */
const PAUSE_SECONDS = 5;
const MOST_STARTS = 10;
const WITHIN_SECONDS = 300;

/**
 * Without arguments it keeps the batch file running until that ends with 0 (stopped) or 78 (refused), too often, or until the stop
 * file appears. `once <file>` runs another one and deletes it; `detach …` does the rest of its line without anybody waiting.
 */
export const HIDDEN_LAUNCHER =
  crlf(`' Runs the gateway without a window, and again after a failure. Made by: clawdbot gateway install
Option Explicit
Dim shell, files, self, name, stopFile, starts(${MOST_STARTS - 1}), count, code, tick, rest, number
Set shell = CreateObject("WScript.Shell")
Set files = CreateObject("Scripting.FileSystemObject")
self = WScript.ScriptFullName
name = files.GetBaseName(self)
shell.CurrentDirectory = files.GetParentFolderName(self)
stopFile = name & ".stop"
If WScript.Arguments.Count > 0 Then
  If WScript.Arguments(0) = "detach" Then
    rest = ""
    For number = 1 To WScript.Arguments.Count - 1
      rest = rest & " """ & WScript.Arguments(number) & """"
    Next
    shell.Run """%SystemRoot%\\System32\\wscript.exe"" //B //Nologo """ & files.GetFileName(self) & """" & rest, 0, False
    WScript.Quit 0
  End If
  If WScript.Arguments(0) = "once" Then
    code = RunHidden(WScript.Arguments(1))
    files.DeleteFile WScript.Arguments(1)
    WScript.Quit code
  End If
End If
If files.FileExists(stopFile) Then files.DeleteFile stopFile
count = 0
Do
  If count >= ${MOST_STARTS} Then
    If (Now - starts(count Mod ${MOST_STARTS})) * 86400 < ${WITHIN_SECONDS} Then WScript.Quit code
  End If
  starts(count Mod ${MOST_STARTS}) = Now
  count = count + 1
  code = RunHidden(name & ".cmd")
  If code = 0 Or code = 78 Then WScript.Quit code
  For tick = 1 To ${PAUSE_SECONDS * 4}
    If files.FileExists(stopFile) Then
      files.DeleteFile stopFile
      WScript.Quit 0
    End If
    WScript.Sleep 250
  Next
Loop

Function RunHidden(script)
  RunHidden = shell.Run("""%SystemRoot%\\System32\\cmd.exe"" /d /v:off /c "".\\" & script & """", 0, True)
End Function
`);

/** An entry for the Startup folder that starts the launcher at login. Fails with `SERVICE_REFUSED` where the path cannot be written. */
export function renderStartupEntry(taskName: string, launcher: string): string {
  for (const text of [taskName, launcher]) {
    if (/["\p{Cc}]/u.test(text)) {
      throw new SetupError(
        "SERVICE_REFUSED",
        advice`${quoted(text)} holds a quotation mark or a control character.`,
        { fix: "choose another name" },
      );
    }
  }
  return crlf(`' ${taskName}: starts the gateway at login, in place of a scheduled task that Windows did not allow
Dim shell
Set shell = CreateObject("WScript.Shell")
shell.CurrentDirectory = "${win32.dirname(launcher)}"
shell.Run """%SystemRoot%\\System32\\wscript.exe"" //B //Nologo ""${win32.basename(launcher)}""", 0, False
`);
}

/** As the script host reads it whatever the system's code page is. */
export function encodeHostScript(text: string): Buffer {
  return Buffer.from(`\uFEFF${text}`, "utf16le");
}

function crlf(text: string): string {
  return text.replaceAll("\n", "\r\n");
}
