/**
 * What the program does not need of the wire contract stays out of dist/: the schemas of results and payloads give the sources their
 * types and the tests their judgement, while the gateway checks what it is sent alone. Made at each start, they were a third of all
 * schemas of a gateway.
 */

/** By the builder that declares a family, the property of each member that nothing reads at run time. */
const UNREAD = { methods: "result", events: "payload" };

/** A plugin of rolldown, to be used with `PURE_SCHEMAS`. */
export const withoutUnreadSchemas = {
  name: "without-unread-schemas",
  transform: {
    filter: { id: /[\\/]shared[\\/]protocol[\\/](methods[\\/][\w-]+|events)\.ts$/ },
    handler(code) {
      const unread = declarations(this.parse(code, { lang: "ts" })).flatMap(unreadProperties);
      return unread
        .sort((one, other) => other.start - one.start)
        .reduce((text, { start, end }) => text.slice(0, start) + text.slice(end).replace(/^\s*,/, ""), code);
    },
  },
};

/** For `treeshake`: making a schema does nothing else, so that what only those schemas were made of goes with them. */
export const PURE_SCHEMAS = { manualPureFunctions: ["z"] };

/** Calls of a builder whose result a module exports. */
function declarations(program) {
  return program.body
    .flatMap(({ declaration }) => declaration?.declarations ?? [])
    .map(({ init }) => init)
    .filter((init) => init?.type === "CallExpression" && Object.hasOwn(UNREAD, init.callee.name));
}

function unreadProperties({ callee, arguments: [family] }) {
  return family.properties
    .filter(({ type }) => type === "Property")
    .flatMap(({ value }) => value.properties ?? [])
    .filter(({ key }) => key?.name === UNREAD[callee.name]);
}
