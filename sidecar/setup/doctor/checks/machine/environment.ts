/** Whether variables of this shell and of the files of variables say something else than the configuration, or nothing that makes sense. */

import { chmodSync, copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { parsePort } from "../../../../../shared/address.ts";
import { placeholderProblem } from "../../../../../shared/config/secrets.ts";
import { replaceFile } from "../../../../../shared/node/replace-file.ts";
import { unwritable } from "../../../../../shared/node/unwritable.ts";
import { readUtf16 } from "../../../../../shared/node/utf16.ts";
import { advice, whole } from "../../../../../shared/remedy.ts";
import type { Check, CheckContext, Finding, Repair } from "../../check.ts";

export const environment: Check = {
  id: "environment",
  examine: async (context) => [
    ...badPort(context),
    ...placeholders(context),
    ...hiddenValues(context),
    ...otherEncodings(context),
  ],
};

/** The gateway refuses to start with them. */
function placeholders({ profile: { env } }: CheckContext): Finding[] {
  return ["CLAWDBOT_GATEWAY_TOKEN", "CLAWDBOT_GATEWAY_PASSWORD"].flatMap((name) => {
    const problem = env[name] && placeholderProblem(env[name]);
    if (!problem) return [];
    const remedy = advice`set ${name} to the secret itself, or unset it`;
    const message = advice`${name} of the environment ${whole(problem)}`;
    return [{ code: "environment-secret-placeholder", level: "error", subject: name, message, remedy }];
  });
}

/** Nobody who reads variables reads UTF-16: all of them would be missing. */
function otherEncodings({ profile: { paths } }: CheckContext): Finding[] {
  return [paths.envFile, join(paths.stateDir, "service.env")].flatMap((file) => {
    const text = readUtf16(file);
    if (text === undefined || Object.keys(parseEnv(text)).length === 0) return [];
    const message = advice`${file} is in UTF-16, so its variables are not found`;
    return [{ code: "variables-encoding", level: "error", subject: file, message, repair: recoding(file) }];
  });
}

function recoding(file: string): Repair {
  return {
    kind: "change",
    describe: "save it as UTF-8",
    apply: async () => {
      const text = readUtf16(file);
      if (text === undefined) return advice`left ${file} alone: it is in another encoding by now`;
      const copy = freeName(`${file}.bak`);
      try {
        copyFileSync(file, copy);
        chmodSync(copy, 0o600);
        replaceFile(file, text, { follow: true });
      } catch (error) {
        throw unwritable(file, error);
      }
      return advice`saved ${file} as UTF-8; what was there is ${copy}`;
    },
  };
}

function freeName(name: string): string {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}.${number}`;
    if (!existsSync(candidate)) return candidate;
  }
}

function badPort({ profile: { env } }: CheckContext): Finding[] {
  const text = env.CLAWDBOT_GATEWAY_PORT?.trim();
  if (!text || parsePort(text) !== undefined) return [];
  return [
    {
      code: "environment-port-invalid",
      level: "error",
      message: advice`CLAWDBOT_GATEWAY_PORT is ${JSON.stringify(text.slice(0, 40))}, which is no port from 1 to 65535`,
      remedy: "unset CLAWDBOT_GATEWAY_PORT, or set it to a number",
    },
  ];
}

/** Variables win over the file, but a service does not see those of a shell: then two gateways are meant. */
function hiddenValues({ reading, profile: { env, paths } }: CheckContext): Finding[] {
  if (reading.state !== "valid") return [];
  const { port, auth } = reading.config.gateway ?? {};
  const hides = [
    {
      name: "CLAWDBOT_GATEWAY_PORT",
      key: "gateway.port",
      configured: port === undefined ? undefined : String(port),
    },
    { name: "CLAWDBOT_GATEWAY_TOKEN", key: "gateway.auth.token", configured: auth?.token },
    { name: "CLAWDBOT_GATEWAY_PASSWORD", key: "gateway.auth.password", configured: auth?.password },
  ];
  return hides
    .filter(({ name, configured }) => {
      const value = env[name]?.trim();
      return value && configured !== undefined && value !== configured;
    })
    .map(({ name, key }) => ({
      code: "environment-hides-config",
      level: "hint",
      subject: name,
      message: advice`${name} of the environment hides ${key} of the configuration`,
      remedy: advice`unset ${name}, also in ${paths.envFile} if it is there`,
    }));
}
