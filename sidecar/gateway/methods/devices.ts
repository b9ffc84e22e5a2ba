/** `device.pair.*` and `device.token.*`: administration of paired devices. Nobody gives another one, or himself, what he has not. */
import { devicesMethods } from "../../../shared/protocol/methods/devices.ts";
import type { PairingAnnouncer } from "../auth/authenticate.ts";
import { type PairingStore, withoutSecrets } from "../auth/pairing-store.ts";
import { knownScopes, requireHeld } from "../auth/scopes.ts";
import { implement, type Method } from "../rpc/implement.ts";

export function devicesHandlers(pairing: PairingStore, announce: PairingAnnouncer): Method[] {
  return implement(devicesMethods, {
    "device.pair.list": () => pairing.list(),

    "device.pair.approve": ({ requestId }, { identity }) => {
      const request = pairing.find(requestId);
      requireHeld(identity.scopes, knownScopes(request.scopes ?? []));
      const device = pairing.approve(requestId);
      announce.resolved(request, "approved");
      const { deviceId, role = "operator" } = request;
      announce.tokenChanged({ deviceId, role, how: "approved" });
      return { requestId, device: withoutSecrets(device) };
    },

    "device.pair.reject": ({ requestId }) => {
      const request = pairing.reject(requestId);
      announce.resolved(request, "rejected");
      return { requestId, deviceId: request.deviceId };
    },

    "device.token.rotate": ({ deviceId, role, scopes }, { identity, connId }) => {
      const after = pairing.scopesAfterRotation(deviceId, role, scopes);
      requireHeld(identity.scopes, scopes ?? knownScopes(after));
      const { token, scopes: granted, rotatedAtMs = 0 } = pairing.rotateToken(deviceId, role, scopes);
      announce.tokenChanged({ deviceId, role, how: "rotated", connId });
      // The secret is the device's: whoever rotates another one's makes the old one worthless and learns nothing.
      const isOwn = identity.device?.id === deviceId;
      return { deviceId, role, ...(isOwn ? { token } : {}), scopes: granted, rotatedAtMs };
    },

    "device.token.revoke": ({ deviceId, role }, { connId }) => {
      const revokedAtMs = pairing.revokeToken(deviceId, role);
      announce.tokenChanged({ deviceId, role, how: "revoked", connId });
      return { deviceId, role, revokedAtMs };
    },
  });
}
