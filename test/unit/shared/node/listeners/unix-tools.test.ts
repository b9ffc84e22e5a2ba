import { expect, test } from "@playwright/test";
import { parseLsof, parseMacNetstat, parseSs } from "../../../../../shared/node/listeners/unix-tools.ts";

test.describe("parseSs", () => {
  test("gives one row per process of a shared socket", () => {
    const text = [
      'LISTEN 0 511 127.0.0.1:18789 0.0.0.0:* users:(("node",pid=812,fd=21),("node",pid=900,fd=21),("node",pid=812,fd=22))',
      'LISTEN 0 511 [::1]:18789 [::]:* users:(("node",pid=812,fd=23))',
    ].join("\n");

    expect(parseSs(text, 18_789)).toEqual([
      { address: "127.0.0.1", pid: 812 },
      { address: "127.0.0.1", pid: 900 },
      { address: "::1", pid: 812 },
    ]);
  });

  test("keeps a listener whose process is hidden, and drops the interface of an address", () => {
    expect(parseSs("LISTEN 0 128 127.0.0.53%lo:18789 0.0.0.0:*", 18_789)).toEqual([
      { address: "127.0.0.53", pid: undefined },
    ]);
  });

  test("takes a star as all addresses of both families", () => {
    expect(parseSs('LISTEN 0 5 *:18789 *:* users:(("java",pid=7,fd=4))', 18_789)).toEqual([
      { address: "::", pid: 7 },
    ]);
  });
});

test.describe("parseLsof", () => {
  test("joins every address with the process above it", () => {
    const text =
      "p812\nLalice\nf21\ntIPv4\nn127.0.0.1:18789\nf22\ntIPv6\nn[::1]:18789\np33\nLroot\nf4\ntIPv4\nn*:18789\n";

    expect(parseLsof(text, 18_789)).toEqual([
      { address: "127.0.0.1", pid: 812, user: "alice" },
      { address: "::1", pid: 812, user: "alice" },
      { address: "0.0.0.0", pid: 33, user: "root" },
    ]);
  });

  test("takes a star of the type IPv6 as the IPv6 wildcard", () => {
    expect(parseLsof("p5\nLbob\nf3\ntIPv6\nn*:18789\n", 18_789)).toEqual([
      { address: "::", pid: 5, user: "bob" },
    ]);
  });
});

test.describe("parseMacNetstat", () => {
  const start =
    "Active Internet connections (including servers)\nProto Recv-Q Send-Q  Local Address  Foreign Address  ";

  test("finds the pid in the columns of macOS 14", () => {
    const text = `${start}(state)     rhiwat shiwat    pid   epid  state    options
tcp4       0      0  127.0.0.1.18789        *.*                    LISTEN      131072 131072    812      0 0x0100 0x00000006
tcp6       0      0  ::1.18789              *.*                    LISTEN      131072 131072    812      0 0x0100 0x00000006
tcp4       0      0  127.0.0.1.187890       *.*                    LISTEN      131072 131072    999      0 0x0100 0x00000006
tcp4       0      0  127.0.0.1.18789        127.0.0.1.50000        ESTABLISHED 408128 146988    812      0 0x0102 0x00000000`;

    expect(parseMacNetstat(text, 18_789)).toEqual([
      { address: "127.0.0.1", pid: 812 },
      { address: "::1", pid: 812 },
    ]);
  });

  test("finds the pid behind the byte counters of macOS 15", () => {
    const text = `${start}(state)        rxbytes    txbytes  rhiwat  shiwat    pid   epid state  options
tcp46      0      0  *.18789                *.*                    LISTEN            0          0  131072  131072    812      0 00100 00000006`;

    expect(parseMacNetstat(text, 18_789)).toEqual([{ address: "::", pid: 812 }]);
  });

  test("finds the pid joined to a name with spaces in macOS 26", () => {
    const text = `${start}(state)          rxbytes      txbytes  rhiwat  shiwat          process:pid    state  options
tcp4       0      0  *.18789                *.*                    LISTEN              0            0  131072  131072     My Web App 2:812  00100 00000106`;

    expect(parseMacNetstat(text, 18_789)).toEqual([{ address: "0.0.0.0", pid: 812 }]);
  });
});
