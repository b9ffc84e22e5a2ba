/**
 * `node:http` without its price as an import: an ES import reads every export of the module, and reading its WebSocket loads
 * undici and HTTP/2, which costs 24 ms and 6 MB at the start of every process.
 */
export const { createServer, get } = process.getBuiltinModule("node:http");
