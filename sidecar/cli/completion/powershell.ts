/** Completion for PowerShell 5.1 and newer. */
import type { Candidate, Vocabulary } from "./vocabulary.ts";

/** The script for `clawdbot completion powershell | Out-String | Invoke-Expression`. */
export function powershellCompletion({ places, valued }: Vocabulary): string {
  const table = places.map(
    ({ path, words, options }) => `    ${quoted(path)} = @(${[...words, ...options].map(pair).join("; ")})`,
  );
  return `# clawdbot completion for PowerShell: clawdbot completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName clawdbot -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $valued = @(${valued.map(quoted).join(", ")})
  $places = @{
${table.join("\n")}
  }
  $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
  $path = ''
  $skip = $false
  foreach ($word in $words) {
    if ($skip) { $skip = $false; continue }
    if ($valued -contains $word) { $skip = $true; continue }
    if ($word.StartsWith('-')) { continue }
    $longer = ($path + ' ' + $word).Trim()
    if ($places.ContainsKey($longer)) { $path = $longer }
  }
  if ($skip) { return }
  $isOption = $wordToComplete.StartsWith('-')
  $places[$path] | Where-Object { $_[0].StartsWith('-') -eq $isOption -and $_[0].StartsWith($wordToComplete) } |
    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1]) }
}
`;
}

/** The comma in front keeps a list of one pair a list of pairs. */
function pair({ name, help }: Candidate): string {
  return `,@(${quoted(name)}, ${quoted(help)})`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
