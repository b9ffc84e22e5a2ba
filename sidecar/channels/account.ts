/** One account of a channel as it runs: its connection, what it sends, what is seen of turns in its chats. */
import type { Disposable } from "../../shared/lifecycle.ts";
import { type AccountPolicy, dmPolicyOf } from "../assistant/inbox/policy.ts";
import type { Route } from "../base/store/route.ts";
import type { AccountSelf, ChannelConnection, ChannelDescriptor } from "./channel.ts";
import type { Delivery } from "./outbox.ts";
import type { AccountStatus, Supervisor } from "./supervisor.ts";

/** What is known of an account. Times are epoch milliseconds. */
export interface AccountView {
  channel: string;
  account: string;
  label: string;
  name: string | undefined;
  isEnabled: boolean;
  status: AccountStatus;
  self: AccountSelf | undefined;
  attempts: number;
  lastError: string | undefined;
  lastInboundAtMs: number | undefined;
  lastOutboundAtMs: number | undefined;
  startedAtMs: number | undefined;
  dmPolicy: string | undefined;
}

export class Account implements Disposable {
  readonly descriptor: ChannelDescriptor;
  readonly id: string;
  readonly policy: AccountPolicy;
  /** By which a change of the configuration is told. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly supervisor: Supervisor;
  readonly delivery: Delivery;
  readonly startedAtMs: number;
  lastInboundAtMs: number | undefined;
  lastOutboundAtMs: number | undefined;

  constructor(
    parts: Pick<Account, "descriptor" | "id" | "policy" | "settings" | "startedAtMs">,
    working: Pick<Account, "supervisor" | "delivery">,
  ) {
    this.descriptor = parts.descriptor;
    this.id = parts.id;
    this.policy = parts.policy;
    this.settings = parts.settings;
    this.startedAtMs = parts.startedAtMs;
    this.supervisor = working.supervisor;
    this.delivery = working.delivery;
  }

  get connection(): ChannelConnection | undefined {
    return this.supervisor.connection;
  }

  dispose(): void {
    this.delivery.stop();
  }

  async stop(reason: string): Promise<void> {
    this.dispose();
    await this.supervisor.stop(reason);
  }

  isFor({ channel, account }: Route): boolean {
    return channel === this.descriptor.id && account === this.id;
  }

  view(): AccountView {
    const { status, attempts, lastError } = this.supervisor;
    return {
      channel: this.descriptor.id,
      account: this.id,
      label: this.descriptor.label,
      name: this.policy.name,
      isEnabled: true,
      status,
      self: status.state === "connected" ? status.self : undefined,
      attempts,
      lastError,
      lastInboundAtMs: this.lastInboundAtMs,
      lastOutboundAtMs: this.lastOutboundAtMs,
      startedAtMs: this.startedAtMs,
      dmPolicy: dmPolicyOf(this.policy),
    };
  }
}
