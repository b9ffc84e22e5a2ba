/** The environment of programs that bring other programs, as npm does. */
import type { Environment } from "../../../shared/node/paths.ts";

/** What installers need to find their way; keys of the gateway are none of it. */
const PASSED =
  /^(?:PATH|PATHEXT|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_.*|TZ|TMPDIR|TEMP|TMP|SHELL|TERM|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES.*|USERPROFILE|HOMEDRIVE|HOMEPATH|XDG_.*|HTTPS?_PROXY|NO_PROXY|ALL_PROXY|SSL_CERT_(?:FILE|DIR)|NODE_EXTRA_CA_CERTS|HOMEBREW_(?:PREFIX|CELLAR|REPOSITORY|NO_.*)|GOPATH|GOBIN|GOROOT|GOPROXY|GOFLAGS|GOCACHE|GOMODCACHE|UV_(?:TOOL_DIR|TOOL_BIN_DIR|CACHE_DIR|INDEX_URL)|NPM_CONFIG_(?:PREFIX|REGISTRY|CACHE)|PNPM_HOME)$/i;

/** What is left of `env` for them. */
export function installerEnv(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => PASSED.test(name)));
}
