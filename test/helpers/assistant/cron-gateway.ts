/** A gateway whose time the test owns, with a model that says what the test says, and its schedule. */
import type { GatewayConfig } from "../../../shared/config/schema.ts";
import { isRecord } from "../../../shared/protocol/frame.ts";
import { type GatewayOptions, startGateway, type TestGateway } from "../gateway/gateway.ts";
import { connectWire, type Frame, type WireClient } from "../gateway/wire-client.ts";
import type { FakeProvider } from "../models/fake-provider.ts";
import type { FakeClock } from "../time/fake-clock.ts";

/** For a model that costs a dollar for a million tokens. */
export function configFor({ url }: Pick<FakeProvider, "url">, more: GatewayConfig = {}): GatewayConfig {
  const cost = { input: 1, output: 1, cacheRead: 1, cacheWrite: 1 };
  const models = [{ id: "good", contextWindow: 64_000, cost }];
  return {
    ...more,
    session: { titles: "off", ...more.session },
    agents: {
      ...more.agents,
      defaults: { model: "home/good", userTimezone: "Europe/Berlin", ...more.agents?.defaults },
    },
    models: { providers: { home: { baseUrl: `${url}/v1`, models } } },
  };
}

export class CronGateway {
  readonly gateway: TestGateway;
  readonly client: WireClient;
  readonly clock: FakeClock;
  #stopping: Promise<void> | undefined;

  private constructor(gateway: TestGateway, client: WireClient, clock: FakeClock) {
    this.gateway = gateway;
    this.client = client;
    this.clock = clock;
  }

  static async start(options: GatewayOptions & { clock: FakeClock }): Promise<CronGateway> {
    const gateway = await startGateway(options);
    const { client } = await connectWire(gateway.port, { scopes: ["operator.admin"] });
    const started = new CronGateway(gateway, client, options.clock);
    // What the last run left is taken up a moment after the start.
    options.clock.advance(100);
    await started.settled();
    return started;
  }

  /** Once, however often it is called. */
  async stop(): Promise<void> {
    this.#stopping ??= this.gateway.stop();
    await this.#stopping;
  }

  /** What a method answers. Fails with what it refuses. */
  async ask(method: string, params: object = {}): Promise<Frame> {
    const answer = await this.client.request(method, params);
    if (answer.ok !== true) throw new Error(JSON.stringify(answer.error));
    return isRecord(answer.payload) ? answer.payload : {};
  }

  /** The id of a new job. */
  async add(job: object): Promise<string> {
    return String((await this.ask("cron.add", job)).id);
  }

  async job(id: string): Promise<Frame> {
    const { jobs } = await this.ask("cron.list", { includeDisabled: true });
    return (Array.isArray(jobs) ? jobs : []).find((each) => isRecord(each) && each.id === id) ?? {};
  }

  async runs(id: string): Promise<Frame[]> {
    const { entries } = await this.ask("cron.runs", { id });
    return Array.isArray(entries) ? entries.filter(isRecord) : [];
  }

  /** The next event of the kind about the job. */
  async told(action: string, id: string): Promise<Frame> {
    const { payload } = await this.client.next(
      `${action} of ${id}`,
      ({ event, payload: about }) =>
        event === "cron" && isRecord(about) && about.action === action && about.jobId === id,
    );
    return isRecord(payload) ? payload : {};
  }

  /** Whatever the clock began has looked at the store: what it asked for went before this answer. */
  async settled(): Promise<void> {
    for (let round = 0; round < 3; round += 1) await this.ask("cron.status");
  }

  /** Moves time on in steps, so that what each of them begins can arm its own timers. */
  async pass(ms: number, stepMs = 60_000): Promise<void> {
    const endMs = this.clock.now() + ms;
    while (this.clock.now() < endMs) {
      this.clock.moveTo(Math.min(endMs, this.clock.now() + stepMs));
      await this.settled();
    }
  }
}
